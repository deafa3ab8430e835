import { basename, dirname, join } from 'node:path';
import { FootnoteError } from '../errors.js';
import { backupsIn } from './backup-files.js';
import type { Database } from './database.js';
import { isSound } from './soundness.js';

/** What SQLite or the file system reports, as something a person can act on; anything else as it is. */
export function asFailure(error: unknown, file: string): unknown {
  if (error instanceof FootnoteError) return error;
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new FootnoteError(
      'database-locked',
      `Another process is writing to ${file}. Wait for it to finish or stop it, then try again.`,
      { cause: error },
    );
  }
  // Writing fails with an IOERR where the disk fills up in a file that was extended before (the log's index, a sync).
  if (/^(SQLITE_FULL|SQLITE_IOERR_(WRITE|FSYNC|DIR_FSYNC|TRUNCATE|SHMSIZE|SHMMAP)|ENOSPC|EDQUOT)$/.test(code)) {
    return new FootnoteError('disk-full', `${file} cannot grow (${reason}). Free some disk space, then try again.`, {
      cause: error,
    });
  }
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR)/.test(code)) return databaseDamaged(file, reason, error);
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/.test(code)) {
    return new FootnoteError(
      'bad-config',
      `${file} cannot be opened for writing (${reason}). Check DATA_DIR and the folder's permissions.`,
      { cause: error },
    );
  }
  if (error instanceof TypeError && reason.includes('connection is not open')) {
    return new FootnoteError('closed', 'The library is closed.', { cause: error });
  }
  return error;
}

/** The file cannot be relied on; its backups are looked at, so that the remedy names one that helps. */
export function databaseDamaged(file: string, reason: string, cause?: unknown): FootnoteError {
  const folder = dirname(file);
  const sound = backupsIn(folder).filter(({ name }) => isSound(join(folder, 'backups', name)));
  const best = sound.find(({ wholeness }) => wholeness === 'whole') ?? sound[0];
  const later = sound.find(({ madeAt }) => best !== undefined && madeAt > best.madeAt);
  const restore =
    best === undefined
      ? 'There is no backup that could be used:'
      : `Stop Footnote, delete library.db, library.db-wal and library.db-shm, and copy backups/${best.name} to library.db` +
        `${later === undefined ? '' : ` (backups/${later.name} is newer, but an article in it is damaged)`}; or`;
  return new FootnoteError(
    'database-damaged',
    `The database ${file} is damaged: ${reason}. Nothing was changed. ${restore} ` +
      'move the folder away and run "footnote import FILE" with an export.',
    { cause },
  );
}

/** Something of an article is not what was stored. */
export class ArticleDamaged extends FootnoteError {
  constructor(
    readonly articleId: string,
    message: string,
  ) {
    super('text-damaged', message);
  }
}

/** A text, or a passage's place in it: nothing is quoted from it. */
export function textDamaged(database: Database, what: string, articleId: string): ArticleDamaged {
  const { kind, updatedAt } = database
    .statement<{ kind: string | null; updatedAt: number }>(
      `SELECT iif(json_valid(origin), json_extract(origin, '$.kind'), NULL) AS kind, updated_at AS updatedAt
       FROM articles WHERE public_id = ?`,
    )
    .get(articleId)!;
  const folder = dirname(database.file);
  const library = ` --library ${basename(folder)}`;
  const again = kind === 'bytes' ? 'Add it again' : `Run "footnote refresh ${articleId}${library}" to read it again`;
  // By its name alone: this is said with every question that meets the damage.
  const backup = backupsIn(folder).find(({ wholeness, madeAt }) => wholeness === 'whole' && madeAt >= updatedAt);
  const rescue =
    backup === undefined
      ? ''
      : ` A backup holds it whole: make a folder "rescue" beside that of the library, copy backups/${backup.name} into it as ` +
        `library.db, and run "footnote export --library rescue | grep ${articleId} | footnote import -${library}".`;
  return new ArticleDamaged(
    articleId,
    `${what} was changed in the database since it was stored, so nothing is quoted from it. ` +
      `${again}, or import an export.${rescue}`,
  );
}

/** Where an article came from; its text is as it was. */
export function sourceDamaged(title: string, articleId: string): ArticleDamaged {
  return new ArticleDamaged(
    articleId,
    `The source of "${title}" was changed in the database since it was stored; it cannot be read again from there. ` +
      `Add it again from its address or file.`,
  );
}

/** A vector, which is made anew from the text. */
export function vectorDamaged(database: Database, title: string, articleId: string): ArticleDamaged {
  return new ArticleDamaged(
    articleId,
    `A vector of "${title}" was changed in the database since it was stored; the passage is not found by its meaning. ` +
      `Run "footnote reindex --library ${basename(dirname(database.file))}", which makes it anew.`,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
