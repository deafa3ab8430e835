import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Puts a finished file in the place of another, so that a power cut leaves one or the other, whole: its bytes are on the
 * disk before it has the name, and the name is before this resolves.
 */
export async function replaceFile(temporary: string, file: string): Promise<void> {
  const handle = await open(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  syncFolder(dirname(file));
}

/** Makes a folder and those above it that are missing; a power cut does not take them back. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true });
  if (first === undefined) return;
  const highest = dirname(resolve(first));
  for (let above = dirname(resolve(folder)); above.length >= highest.length; above = dirname(above)) syncFolder(above);
}

/** Names are kept by their folder. */
function syncFolder(folder: string): void {
  // Windows opens no folders, and keeps names by itself.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
