import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandSource } from '../../src/article/sources.js';
import { failureOf } from './failure.js';

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'footnote-sources-')));
  for (const name of [
    'b.md',
    'a.txt',
    'C.HTML',
    '.hidden.md',
    'notes.xyz',
    'sub/z.pdf',
    'sub/deep/y.docx',
    '.git/x.md',
  ]) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), 'x');
  }
  mkdirSync(join(folder, 'empty'));
  symlinkSync(folder, join(folder, 'sub', 'loop'));
  symlinkSync(join(folder, 'gone.md'), join(folder, 'dangling.md'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('expandSource', () => {
  it('takes an address as it is', async () => {
    expect(await expandSource('https://example.com/a')).toEqual([{ kind: 'url', url: 'https://example.com/a' }]);
  });

  it('takes a file whatever it is called', async () => {
    const path = join(folder, 'notes.xyz');
    expect(await expandSource(path)).toEqual([{ kind: 'file', path }]);
  });

  it('takes the articles of a folder, sorted, without hidden ones and in spite of loops', async () => {
    const found = await expandSource(folder);
    const names = found.map((source) => (source.kind === 'file' ? source.path.slice(folder.length + 1) : source.kind));
    expect(names).toEqual(['C.HTML', 'a.txt', 'b.md', 'sub/deep/y.docx', 'sub/z.pdf']);
  });

  it.each([
    ['ftp://example.com/a', 'not-a-url'],
    ['https://user:secret@example.com/', 'not-a-url'],
    ['http://', 'not-a-url'],
    ['no-such-file.md', 'file-not-found'],
    ['example.com/article', 'file-not-found'],
  ])('refuses %s as %s', async (argument, code) => {
    expect(await failureOf(expandSource(argument))).toMatchObject({ code });
  });

  it('refuses a folder without articles', async () => {
    expect(await failureOf(expandSource(join(folder, 'empty')))).toMatchObject({ code: 'file-not-found' });
  });
});
