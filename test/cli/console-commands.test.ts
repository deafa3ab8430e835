import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { complete, words } from '../../src/cli/console-commands.js';
import type { Library } from '../../src/library.js';

const folder = mkdtempSync(join(tmpdir(), 'footnote-complete-'));
mkdirSync(join(folder, 'notes'));
writeFileSync(join(folder, 'notes.md'), '');
writeFileSync(join(folder, '.hidden.md'), '');
afterAll(() => rmSync(folder, { recursive: true }));

const library = {
  list: () => [{ id: 'abc0000000' }, { id: 'abd0000000' }, { id: 'xyz0000000' }],
} as unknown as Library;

describe('words', () => {
  it('are apart by spaces, but for those in quotation marks', () => {
    expect(words(`/add  "my notes/a b.md" 'it is' plain`)).toEqual(['/add', 'my notes/a b.md', 'it is', 'plain']);
  });
});

describe('complete', () => {
  it('offers commands, and nothing in a question', () => {
    expect(complete('/re', library)).toEqual([['/remove ', '/refresh ', '/reindex '], '/re']);
    expect(complete('When did', library)).toEqual([[], 'When did']);
  });

  it('offers ids where ids are wanted', () => {
    expect(complete('/show ab', library)).toEqual([['abc0000000', 'abd0000000'], 'ab']);
    expect(complete('/remove abc0000000 x', library)).toEqual([['xyz0000000'], 'x']);
    expect(complete('/top x', library)).toEqual([[], 'x']);
  });

  it('offers files where files are wanted, hidden ones when asked for', () => {
    expect(complete(`/add ${folder}/no`, library)[0].sort()).toEqual([
      join(folder, 'notes.md'),
      join(folder, 'notes/'),
    ]);
    expect(complete(`/add ${folder}/.h`, library)[0]).toEqual([join(folder, '.hidden.md')]);
    expect(complete(`/add ${folder}/nowhere/x`, library)[0]).toEqual([]);
  });
});
