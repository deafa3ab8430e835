import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { FootnoteError } from '../errors.js';
import { notText } from './decode.js';
import { tooLarge } from './unpack.js';

/**
 * The bytes of a file.
 *
 * @throws file-not-found (also when it may not be read, or is a folder), too-large, not-text for devices and pipes
 */
export async function readFileBytes(path: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new FootnoteError('file-not-found', `${path} is a folder, not a file.`);
    if (!stat.isFile()) throw notText('a device or pipe');
    if (stat.size > maxBytes) throw tooLarge(maxBytes);
    const bytes = await file.readFile(signal ? { signal } : {});
    // It may have grown since.
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  } finally {
    await file.close();
  }
}

async function openFile(path: string) {
  try {
    // Opening a pipe must not wait for someone to write to it.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

export function fileError(path: string, cause: unknown): FootnoteError {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  if (code === 'EACCES' || code === 'EPERM') {
    return new FootnoteError('file-not-found', `${path} may not be read by Footnote; check its permissions.`, {
      cause,
    });
  }
  return new FootnoteError('file-not-found', `There is no file ${path}; check the name and the folder.`, { cause });
}
