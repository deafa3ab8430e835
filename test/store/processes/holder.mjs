/** Holds the library in argv[2] for writing until its standard input ends. */
import Sqlite from 'better-sqlite3';
import { writeSync } from 'node:fs';
import { join } from 'node:path';

const database = new Sqlite(join(process.argv[2], 'library.db'));
database.exec('BEGIN IMMEDIATE');
writeSync(1, 'held\n');
process.stdin.on('end', () => {
  database.exec('ROLLBACK');
  database.close();
});
process.stdin.resume();
