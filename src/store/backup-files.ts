import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Whether everything in a library was as it was stored when it was copied. */
export type Wholeness = 'whole' | 'damaged';

/** A copy of a library; its name says when it was made and what of. */
export interface BackupFile {
  /** In the folder `backups` beside the database. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly wholeness: Wholeness;
}

const NAME = /^library-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d\.\d{3}Z)(-damaged)?\.db$/;

/** @param madeAt milliseconds since 1970 */
export function backupName(madeAt: number, wholeness: Wholeness): string {
  const time = new Date(madeAt).toISOString().replaceAll(':', '-');
  return `library-${time}${wholeness === 'whole' ? '' : '-damaged'}.db`;
}

/** The copies of the library in `folder`, newest first; other files are none of its business. */
export function backupsIn(folder: string): BackupFile[] {
  return namesIn(join(folder, 'backups'))
    .flatMap((name): BackupFile[] => {
      const [, day, hours, minutes, seconds, damaged] = NAME.exec(name) ?? [];
      if (day === undefined) return [];
      const madeAt = Date.parse(`${day}${hours}:${minutes}:${seconds}`);
      return [{ name, madeAt, wholeness: damaged === undefined ? 'whole' : 'damaged' }];
    })
    .sort((a, b) => b.madeAt - a.madeAt);
}

/**
 * Those that may go, so that at most `keep` are left: the newest whole one always stays, however many of a damaged library
 * came after it; damaged ones go once a whole one is newer.
 * @param files newest first
 * @param keep at least 1
 */
export function dispensable(files: readonly BackupFile[], keep: number): BackupFile[] {
  const best = files.find(({ wholeness }) => wholeness === 'whole');
  const others = files.filter(
    (file) => file !== best && (file.wholeness === 'whole' || best === undefined || file.madeAt > best.madeAt),
  );
  const kept = new Set([...(best ? [best] : []), ...others].slice(0, keep));
  return files.filter((file) => !kept.has(file));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Not there yet, or not to be read: either way there is no copy to be had.
    return [];
  }
}
