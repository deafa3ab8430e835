import Sqlite from 'better-sqlite3';
import { APPLICATION_ID } from './schema.js';

/** Nine tenths of a library, and checked row by row when it is read: each has a checksum. */
const CHECKED_WHEN_READ = 'vectors';

/**
 * What is wrong with a database as a file; undefined for a sound library, and for one that holds nothing yet.
 * @param scope `opening` leaves out what is checked when it is read: with 100,000 passages that takes two seconds
 */
export function unsoundness(sqlite: Sqlite.Database, scope: 'opening' | 'all'): string | undefined {
  const stored = sqlite
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .all();
  if (stored.length === 0) return undefined;
  if (sqlite.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    return 'it is a database, but no Footnote library';
  }
  // Table by table: without a name, quick_check also reads the keyword index term by term, most of the time it takes.
  for (const { name } of stored) {
    if (scope === 'opening' && name === CHECKED_WHEN_READ) continue;
    const result = sqlite.pragma(`quick_check("${name}")`, { simple: true });
    if (result !== 'ok') return String(result);
  }
  return undefined;
}

/** Whether `file` is a sound library, e.g. a fresh backup. */
export function isSound(file: string): boolean {
  try {
    const sqlite = new Sqlite(file, { fileMustExist: true });
    try {
      return unsoundness(sqlite, 'all') === undefined;
    } finally {
      sqlite.close();
    }
  } catch {
    // No database, one that cannot be read, or one that is gone.
    return false;
  }
}
