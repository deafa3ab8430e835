import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Lines that the console remembers. */
export const HISTORY_SIZE = 500;
const HISTORY_FILE = '.console-history';

/** The console's earlier lines, newest first; none where there is no such file. */
export async function readHistory(dataDir: string): Promise<string[]> {
  try {
    const lines = (await readFile(join(dataDir, HISTORY_FILE), 'utf8')).split('\n');
    return lines.filter((line) => line !== '').slice(0, HISTORY_SIZE);
  } catch {
    return [];
  }
}

/** Keeps lines, newest first, for the next time. It is a convenience: where it fails, nothing else does. */
export async function saveHistory(dataDir: string, lines: readonly string[]): Promise<void> {
  const path = join(dataDir, HISTORY_FILE);
  try {
    await mkdir(dirname(path), { recursive: true });
    // Questions can be private: nobody else on the machine needs to read them.
    await writeFile(path, lines.slice(0, HISTORY_SIZE).join('\n') + '\n', { mode: 0o600 });
  } catch {
    // A full disk or a folder that may not be written shows itself where it matters.
  }
}
