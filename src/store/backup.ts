import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FootnoteError } from '../errors.js';
import { backupName, backupsIn, dispensable, type Wholeness } from './backup-files.js';
import type { Database } from './database.js';
import { asFailure } from './failures.js';
import { makeFolder, replaceFile } from './replace-file.js';
import { isSound } from './soundness.js';

export interface Backups {
  /**
   * Copies the database while it is in use, checks the copy as a file, and keeps three, among them the newest whole one.
   * Returns the file.
   * @param wholeness of what is in it: whether every article is what was stored
   * @throws disk-full; database-damaged when the copy is not sound, in which case the earlier backups stay
   */
  make(wholeness: Wholeness): Promise<string>;
  /** ISO 8601, UTC; null without any. */
  latestAt(): string | null;
}

/** Backups kept. */
const KEEP = 3;

export function backups(database: Database, now: () => number): Backups {
  const folder = dirname(database.file);
  const directory = join(folder, 'backups');

  const copy = async (temporary: string, file: string): Promise<string> => {
    await database.copyTo(temporary);
    if (!isSound(temporary)) {
      throw new FootnoteError(
        'database-damaged',
        `The copy of ${database.file} is damaged; the earlier backups were kept.`,
      );
    }
    await replaceFile(temporary, file);
    for (const { name } of dispensable(backupsIn(folder), KEEP)) rmSync(join(directory, name), { force: true });
    return file;
  };

  return {
    async make(wholeness) {
      const temporary = join(directory, `unfinished-${process.pid}.db`);
      const remove = () => ['', '-wal', '-shm', '-journal'].forEach((end) => rmSync(temporary + end, { force: true }));
      try {
        makeFolder(directory);
        try {
          remove();
          return await copy(temporary, join(directory, backupName(now(), wholeness)));
        } finally {
          remove();
        }
      } catch (error) {
        throw asFailure(error, directory);
      }
    },
    latestAt() {
      const [newest] = backupsIn(folder);
      return newest ? new Date(newest.madeAt).toISOString() : null;
    },
  };
}
