import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { FootnoteError } from '../errors.js';
import { parseAddress } from './address.js';
import type { Source } from './article.js';
import { fileError } from './files.js';

/** Files of a folder that are taken for articles. */
const EXTENSIONS = new Set(['.html', '.htm', '.md', '.markdown', '.txt', '.pdf', '.docx']);
/** `https:`, `ftp:`; one letter is a drive of Windows. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/**
 * The sources that an argument of the command line names: an http(s) address, a file, or a folder with all articles below it,
 * sorted by path. Hidden files and folders are passed over; a folder reached twice through links is read once.
 *
 * @param argument not `-`: standard input is the command line's to read
 * @throws not-a-url, file-not-found (also for a folder without articles)
 */
export async function expandSource(argument: string): Promise<Source[]> {
  if (/^https?:/i.test(argument)) return [{ kind: 'url', url: parseAddress(argument).href }];
  const path = resolve(argument);
  const info = await stat(path).catch((cause: unknown) => {
    if (SCHEME.test(argument)) parseAddress(argument);
    throw fileError(argument, cause);
  });
  if (!info.isDirectory()) return [{ kind: 'file', path }];
  const files = await articlesIn(path, new Set());
  if (files.length === 0) {
    throw new FootnoteError('file-not-found', `There is no article in ${argument} (${[...EXTENSIONS].join(', ')}).`);
  }
  return files.map((file) => ({ kind: 'file', path: file }));
}

async function articlesIn(folder: string, seen: Set<string>): Promise<string[]> {
  const real = await realpath(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const names = await readdir(folder).catch((cause: unknown) => {
    throw fileError(folder, cause);
  });
  const files: string[] = [];
  // By code unit: the same order on every machine, whatever its locale.
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    // A link that leads nowhere is no article.
    const info = await stat(path).catch(() => null);
    if (info?.isDirectory()) files.push(...(await articlesIn(path, seen)));
    else if (info?.isFile() && EXTENSIONS.has(extname(name).toLowerCase())) files.push(path);
  }
  return files;
}
