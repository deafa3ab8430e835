import Sqlite from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FootnoteError } from '../errors.js';
import { backupsIn } from './backup-files.js';
import { asFailure, databaseDamaged } from './failures.js';
import { makeFolder } from './replace-file.js';
import { APPLICATION_ID, MIGRATIONS } from './schema.js';
import { unsoundness } from './soundness.js';

/** What a column holds. */
export type Value = string | number | Uint8Array | null;

/** A prepared statement; `Row` is what its columns are, by name. */
export interface Statement<Row> {
  get(...values: Value[]): Row | undefined;
  all(...values: Value[]): Row[];
  run(...values: Value[]): { readonly changes: number; readonly id: number };
}

/** An open database. Every failure of SQLite leaves it as a {@link FootnoteError}. */
export interface Database {
  readonly file: string;
  statement<Row = unknown>(sql: string): Statement<Row>;
  /** All of `run` or nothing; inside another `write` it is part of that one. Waits for other writers, then `database-locked`. */
  write<T>(run: () => T): T;
  /** `run` sees one state of the database, whatever other processes write meanwhile. */
  read<T>(run: () => T): T;
  /** Copies the database as it is now, a few pages at a time between other work. */
  copyTo(file: string): Promise<void>;
  close(): void;
}

export interface DatabaseOptions {
  /** How long a writer waits for another process, in milliseconds. @default 2500 */
  readonly lockTimeoutMs?: number | undefined;
  /** Pages (of 4 kB) the file may grow to; stands for a full disk in tests. @default no limit */
  readonly maxPages?: number | undefined;
  /** @default all there are */
  readonly migrations?: readonly string[] | undefined;
}

/** Under the three seconds in which Discord wants an answer: a writer waits on the thread that answers. */
const LOCK_TIMEOUT_MS = 2_500;

/** Page cache per library, in kilobytes; the operating system caches the rest. */
const CACHE_KB = 8_192;

/** The write-ahead log is cut back to this after it was larger, e.g. by a bulk add. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/** Pages copied at a time for a backup: about a millisecond. */
const BACKUP_PAGES = 128;

/**
 * Opens or creates the database and brings its tables up to date.
 * @throws database-damaged, database-locked, disk-full, bad-config (written by a newer version, or not writable)
 */
export function openDatabase(file: string, options: DatabaseOptions = {}): Database {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS, maxPages, migrations = MIGRATIONS } = options;
  const guard = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw asFailure(error, file);
    }
  };
  return guard(() => {
    makeFolder(dirname(file));
    refuseEmptied(file);
    const sqlite = new Sqlite(file, { timeout: lockTimeoutMs });
    try {
      // Before anything is changed: it may be another program's.
      const problem = unsoundness(sqlite, 'opening');
      if (problem !== undefined) throw databaseDamaged(file, problem);
      refuseNewer(sqlite, file, migrations);
      sqlite.pragma('journal_mode = WAL');
      sqlite.pragma('synchronous = FULL');
      sqlite.pragma('foreign_keys = ON');
      sqlite.pragma(`cache_size = -${CACHE_KB}`);
      sqlite.pragma(`journal_size_limit = ${LOG_LIMIT_BYTES}`);
      if (maxPages !== undefined) sqlite.pragma(`max_page_count = ${maxPages}`);
      migrate(sqlite, migrations);
    } catch (error) {
      sqlite.close();
      throw error;
    }
    return wrap(sqlite, file, guard);
  });
}

function wrap(sqlite: Sqlite.Database, file: string, guard: <T>(run: () => T) => T): Database {
  return {
    file,
    statement<Row>(sql: string) {
      const prepared = guard(() => sqlite.prepare<Value[], Row>(sql));
      return {
        get: (...values) => guard(() => prepared.get(...values)),
        all: (...values) => guard(() => prepared.all(...values)),
        run: (...values) =>
          guard(() => {
            const { changes, lastInsertRowid } = prepared.run(...values);
            return { changes, id: Number(lastInsertRowid) };
          }),
      };
    },
    write: (run) => guard(() => (sqlite.inTransaction ? run() : sqlite.transaction(run).immediate())),
    read: (run) => guard(() => (sqlite.inTransaction ? run() : sqlite.transaction(run).deferred())),
    async copyTo(target) {
      try {
        await sqlite.backup(target, { progress: () => BACKUP_PAGES });
      } catch (error) {
        throw asFailure(error, file);
      }
    },
    close: () => guard(() => void sqlite.close()),
  };
}

/** An empty or absent database beside what only a full one leaves there is damage, not a new library. */
function refuseEmptied(file: string): void {
  const bytes = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes(file) > 0) return;
  const folder = dirname(file);
  const remains = [join(folder, 'index.hnsw'), `${file}-wal`].filter((path) => bytes(path) > 0);
  if (remains.length > 0 || backupsIn(folder).length > 0)
    throw databaseDamaged(file, existsSync(file) ? 'it is empty' : 'it is gone');
}

function refuseNewer(sqlite: Sqlite.Database, file: string, migrations: readonly string[]): void {
  const version = versionOf(sqlite);
  if (version <= migrations.length) return;
  throw new FootnoteError(
    'bad-config',
    `The library ${file} was written by a newer Footnote (format ${version}; this one knows ${migrations.length}). Update Footnote.`,
  );
}

function migrate(sqlite: Sqlite.Database, migrations: readonly string[]): void {
  if (versionOf(sqlite) === migrations.length) return;
  sqlite
    .transaction(() => {
      // Asked again: another process may have migrated while this one waited for the lock.
      for (const migration of migrations.slice(versionOf(sqlite))) sqlite.exec(migration);
      sqlite.pragma(`application_id = ${APPLICATION_ID}`);
      sqlite.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}

function versionOf(sqlite: Sqlite.Database): number {
  return Number(sqlite.pragma('user_version', { simple: true }));
}
