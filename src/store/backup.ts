import { mkdirSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FootnoteError } from '../errors.js';
import { asFailure, backupsIn, isSound, type Database } from './database.js';

export interface Backups {
  /**
   * Copies the database while it is in use, checks the copy, and keeps the newest `keep`. Returns the file.
   * @throws disk-full; database-damaged when the copy is not sound, in which case the earlier backups stay
   */
  make(keep?: number): Promise<string>;
  /** ISO 8601, UTC; null without any. */
  latestAt(): string | null;
}

/** Backups kept. */
const KEEP = 3;

export function backups(database: Database, now: () => number): Backups {
  const folder = dirname(database.file);

  const copy = async (temporary: string, file: string, keep: number): Promise<string> => {
    await database.copyTo(temporary);
    if (!isSound(temporary)) {
      throw new FootnoteError(
        'database-damaged',
        `The copy of ${database.file} is damaged; the earlier backups were kept.`,
      );
    }
    const handle = await open(temporary, 'r+');
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
    for (const old of backupsIn(folder).slice(0, -keep)) rmSync(join(folder, 'backups', old), { force: true });
    return file;
  };

  return {
    async make(keep = KEEP) {
      const directory = join(folder, 'backups');
      const temporary = join(directory, `unfinished-${process.pid}.db`);
      const remove = () => ['', '-wal', '-shm', '-journal'].forEach((end) => rmSync(temporary + end, { force: true }));
      try {
        mkdirSync(directory, { recursive: true });
        try {
          remove();
          return await copy(
            temporary,
            join(directory, `library-${new Date(now()).toISOString().replaceAll(':', '-')}.db`),
            keep,
          );
        } finally {
          remove();
        }
      } catch (error) {
        throw asFailure(error, directory);
      }
    },
    latestAt() {
      const newest = backupsIn(folder).at(-1);
      if (!newest) return null;
      const time = /^library-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.db$/.exec(newest);
      if (time) return `${time[1]}${time[2]}:${time[3]}:${time[4]}`;
      return statSync(join(folder, 'backups', newest)).mtime.toISOString();
    },
  };
}
