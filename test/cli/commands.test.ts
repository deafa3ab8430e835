import Sqlite from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ADD_LINE,
  ASK_LINE,
  EXPLAINED_LINE,
  FAILURE_LINE,
  GAP_LINE,
  LIST_LINE,
  READ_LINE,
  REINDEX_LINE,
  SHOW_LINE,
  STATUS_LINE,
} from './json-lines.js';
import { footnote, MAIN } from './program.js';

const program = footnote();
const articles = join(program.folder, 'articles');
const note = join(program.folder, 'note.md');

const BRIDGE = `# The Tay Bridge

The first bridge over the Firth of Tay was opened on 1 June 1878. Thomas Bouch designed it.

It fell in a storm on 28 December 1879 while a train was crossing. Everybody on the train died.
`;
const TEA = `# 茶叶

茶树原产于中国西南部。唐代的陆羽写了《茶经》，这是世界上第一部关于茶的专著。
`;

/** Ids by title. */
const ids = new Map<string, string>();

beforeAll(async () => {
  mkdirSync(join(articles, 'deeper'), { recursive: true });
  writeFileSync(join(articles, 'bridge.md'), BRIDGE);
  writeFileSync(join(articles, 'deeper', 'tea.md'), TEA);
  writeFileSync(note, '# Note\n\nThe kettle is green and holds two litres.');
  const { code, lines, stderr } = await program.json(['add', 'articles', 'note.md']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of lines) {
    const added = ADD_LINE.parse(line);
    expect(added.status).toBe('added');
    ids.set(added.title!, added.id!);
  }
});

describe('add', () => {
  it('reads folders with all that is in them, and a second time finds nothing new', async () => {
    expect([...ids.keys()]).toEqual(['The Tay Bridge', '茶叶', 'Note']);
    const { code, lines } = await program.json(['add', 'articles/bridge.md', 'articles/deeper']);
    expect(code).toBe(0);
    expect(lines.map((line) => ADD_LINE.parse(line).status)).toEqual(['unchanged', 'unchanged']);
  });

  it('tries every source, says in order what became of it, and ends with 1', async () => {
    writeFileSync(join(program.folder, 'empty.md'), '');
    const { code, lines } = await program.json([
      'add',
      'empty.md',
      'nowhere.md',
      'articles/bridge.md',
      'ftp://example.org/x',
    ]);
    expect(code).toBe(1);
    const results = lines.map((line) => ADD_LINE.parse(line));
    expect(results.map(({ source, status }) => [source, status])).toEqual([
      [join(program.folder, 'empty.md'), 'failed'],
      ['nowhere.md', 'failed'],
      [join(articles, 'bridge.md'), 'unchanged'],
      ['ftp://example.org/x', 'failed'],
    ]);
    expect(results.map((result) => ('error' in result ? result.error.code : undefined))).toEqual([
      'empty-file',
      'file-not-found',
      undefined,
      'not-a-url',
    ]);
  });

  it('takes an article from standard input', async () => {
    const options = { input: '# From a pipe\n\nThe pipe carried exactly forty-two words to the other side.' };
    const { code, lines } = await program.json(['add', '-', '--library', 'piped'], options);
    expect(code).toBe(0);
    expect(ADD_LINE.parse(lines[0])).toMatchObject({ source: '-', status: 'added', title: 'From a pipe' });
  });

  it('refuses a standard input that is too large', async () => {
    const options = { input: 'word '.repeat(1000), env: { FETCH_MAX_BYTES: '1000' } };
    const { code, lines } = await program.json(['add', '-', '--library', 'piped'], options);
    expect(code).toBe(1);
    expect(lines).toMatchObject([{ source: '-', status: 'failed', error: { code: 'too-large' } }]);
  });
});

describe('a library that is full', () => {
  it('refuses what is new, and ends with 1', async () => {
    const env = { LIBRARY_MAX_ARTICLES: '1' };
    const { code, lines } = await program.json(['add', 'note.md', 'articles/bridge.md', '--library', 'full'], { env });
    expect(code).toBe(1);
    // Two are read at once: which of them comes first is chance.
    const results = lines.map((line) => ADD_LINE.parse(line)).sort((a, b) => a.status.localeCompare(b.status));
    expect(results).toMatchObject([
      { status: 'added' },
      {
        status: 'failed',
        error: { code: 'quota-exceeded', message: expect.stringContaining('raise the limit') as string },
      },
    ]);
  });
});

describe('read', () => {
  it('shows what would be added and adds nothing', async () => {
    const { code, lines } = await program.json(['read', 'articles/bridge.md', 'gone.md', '--library', 'unread']);
    expect(code).toBe(1);
    expect(READ_LINE.parse(lines[0])).toMatchObject({
      source: join(articles, 'bridge.md'),
      title: 'The Tay Bridge',
      text: BRIDGE.replace(/^.*\n\n/, '').trimEnd(),
    });
    expect(FAILURE_LINE.parse(lines[1])).toMatchObject({ source: 'gone.md', error: { code: 'file-not-found' } });
    expect((await program.json(['list', '--library', 'unread'])).lines).toEqual([]);
  });
});

describe('ask', () => {
  it('answers with excerpts that are in the article, in the promised order of fields', async () => {
    const { code, lines } = await program.json(['ask', 'Who designed the bridge over the Tay?', '--top', '1']);
    expect(code).toBe(0);
    const answer = ASK_LINE.parse(lines[0]);
    expect(Object.keys(lines[0] as object)).toEqual(['question', 'answered', 'confidence', 'tookMs', 'excerpts']);
    expect(answer).toMatchObject({ question: 'Who designed the bridge over the Tay?', answered: true });
    const [excerpt] = answer.excerpts;
    expect(answer.excerpts).toHaveLength(1);
    expect(Object.keys(excerpt!)).toEqual(
      'rank articleId title url publishedAt text start end highlight score'.split(' '),
    );
    const shown = SHOW_LINE.parse((await program.json(['show', excerpt!.articleId])).lines[0]);
    expect(shown.text.slice(excerpt!.start, excerpt!.end)).toBe(excerpt!.text);
    expect(shown.text.slice(excerpt!.highlight.start, excerpt!.highlight.end)).toBe(excerpt!.highlight.text);
  });

  it('takes words without quotation marks for one question', async () => {
    const { lines } = await program.json(['ask', 'Who', 'wrote', '《茶经》？', '--explain']);
    const answer = EXPLAINED_LINE.parse(lines[0]);
    expect(answer.question).toBe('Who wrote 《茶经》？');
    expect(answer.excerpts[0]!.title).toBe('茶叶');
  });

  it('answers one question a line, in order, passes over blank lines and goes on after a bad one', async () => {
    const tooLong = 'why '.repeat(200).trim();
    const input = `\ufeffWhen did the bridge fall?\r\n\n  \n${tooLong}\n《茶经》是谁写的？`;
    const { code, lines } = await program.json(['ask', '-'], { input });
    expect(code).toBe(1);
    expect(lines).toHaveLength(3);
    expect(ASK_LINE.parse(lines[0])).toMatchObject({ question: 'When did the bridge fall?' });
    expect(FAILURE_LINE.parse(lines[1])).toMatchObject({ question: tooLong, error: { code: 'question-too-long' } });
    expect(ASK_LINE.parse(lines[2]).excerpts[0]!.highlight.text).toContain('陆羽');
  });

  it('ends with 0 when no question comes', async () => {
    expect(await program.json(['ask', '-'])).toMatchObject({ code: 0, lines: [] });
  });

  it('calls an empty question bad input', async () => {
    const { code, lines } = await program.json(['ask', '']);
    expect(code).toBe(1);
    expect(FAILURE_LINE.parse(lines[0])).toMatchObject({ question: '', error: { code: 'empty-question' } });
  });

  it('declines what is not there, lists the nearest, and notes the gap', async () => {
    const { lines } = await program.json(['ask', 'How do penguins keep their eggs warm?']);
    const answer = ASK_LINE.parse(lines[0]);
    expect(answer.answered).toBe(false);
    expect(answer.excerpts.length).toBeGreaterThan(0);
    const gaps = (await program.json(['gaps'])).lines.map((line) => GAP_LINE.parse(line));
    expect(gaps.map(({ question }) => question)).toContain('How do penguins keep their eggs warm?');
    expect((await program.json(['gaps', '--clear'])).lines).toEqual([{ cleared: gaps.length }]);
    expect((await program.json(['gaps'])).lines).toEqual([]);
  });
});

describe('list, show, remove', () => {
  it('list the articles, newest first, and search them', async () => {
    const all = (await program.json(['list'])).lines.map((line) => LIST_LINE.parse(line));
    expect(all.map(({ title }) => title).sort()).toEqual(['Note', 'The Tay Bridge', '茶叶']);
    expect((await program.json(['list', 'tay', 'BRIDGE'])).lines).toMatchObject([{ title: 'The Tay Bridge' }]);
    expect((await program.json(['list', 'nonesuch'])).lines).toEqual([]);
  });

  it('say which id is unknown', async () => {
    for (const command of ['show', 'remove', 'refresh']) {
      const { code, lines } = await program.json([command, 'nonesuch00']);
      expect(code).toBe(1);
      expect(FAILURE_LINE.parse(lines[0])).toMatchObject({ id: 'nonesuch00', error: { code: 'unknown-id' } });
    }
  });
});

describe('refresh and reindex', () => {
  it('read a file again; when it is gone its article stays', async () => {
    const id = ids.get('Note')!;
    writeFileSync(note, '# Note\n\nThe kettle is red and holds two litres.');
    const { code, lines } = await program.json(['refresh', id]);
    expect(code).toBe(0);
    expect(ADD_LINE.parse(lines[0])).toMatchObject({ status: 'updated', id, title: 'Note' });
    rmSync(note);
    const again = await program.json(['refresh', id]);
    expect(again.code).toBe(1);
    expect(ADD_LINE.parse(again.lines[0])).toMatchObject({ status: 'failed', error: { code: 'file-not-found' } });
    const shown = SHOW_LINE.parse((await program.json(['show', id])).lines[0]);
    expect(shown.text).toBe('The kettle is red and holds two litres.');
  });

  it('embed nothing twice unless forced', async () => {
    const first = REINDEX_LINE.parse((await program.json(['reindex'])).lines[0]);
    expect(first).toMatchObject({ articles: 3, embedded: 0, reused: first.passages });
    const forced = REINDEX_LINE.parse((await program.json(['reindex', '--force'])).lines[0]);
    expect(forced).toMatchObject({ articles: 3, embedded: forced.passages, reused: 0 });
  });
});

describe('a damaged article', () => {
  const library = ['--library', 'damaged'];

  it('is in the health of the library, and named by a reindex, which does the others', async () => {
    const { lines } = await program.json(['add', '-', ...library], { input: BRIDGE });
    const { id } = ADD_LINE.parse(lines[0]);
    writeFileSync(join(program.folder, 'kettle.md'), '# Kettle\n\nThe kettle is green and holds two litres.');
    await program.json(['add', 'kettle.md', ...library]);
    const database = new Sqlite(join(program.folder, 'library', 'damaged', 'library.db'));
    database.exec("UPDATE texts SET text = replace(text, '1878', '1887')").close();

    const status = await program.json(['status', ...library]);
    expect(status.code).toBe(0);
    expect(STATUS_LINE.parse(status.lines[0]).health).toEqual([
      expect.stringMatching(/"The Tay Bridge".*Add it again.*library-[^ ]*Z\.db.*--library damaged/),
    ]);
    expect(status.stderr).toContain('warning: The text of "The Tay Bridge"');

    const reindexed = await program.json(['reindex', '--force', ...library]);
    expect(reindexed.code).toBe(1);
    expect(FAILURE_LINE.parse(reindexed.lines[0])).toMatchObject({ id, error: { code: 'text-damaged' } });
    expect(REINDEX_LINE.parse(reindexed.lines[1])).toMatchObject({ articles: 2, embedded: 1 });
    const asked = await program.json(['ask', 'How much does the kettle hold?', ...library]);
    expect(ASK_LINE.parse(asked.lines[0]).excerpts[0]).toMatchObject({ title: 'Kettle' });
  });

  it('is left out of an export, which names it beside the file and writes the others', async () => {
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await program.run(['export', ...library, ...json]);
      const lines = stdout.split('\n').slice(0, -1);
      expect(code).toBe(1);
      expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ footnote: 1 }, { title: 'Kettle' }]);
      expect(stderr).toMatch(/✗ \w{10}: The text of "The Tay Bridge".*\(text-damaged\)/);
    }
  });

  it('comes back from the backup that the message names, in the way it says', async () => {
    const [problem] = STATUS_LINE.parse((await program.json(['status', ...library])).lines[0]).health;
    const said = /copy (backups\/\S+) into it as library\.db, and run "(.*)"/.exec(problem!);
    mkdirSync(join(program.folder, 'library', 'rescue'));
    copyFileSync(
      join(program.folder, 'library', 'damaged', said![1]!),
      join(program.folder, 'library', 'rescue', 'library.db'),
    );
    const command = said![2]!.replaceAll('footnote', '"$0" "$1"');
    execFileSync('sh', ['-c', command, process.execPath, MAIN], {
      cwd: program.folder,
      env: program.env,
      stdio: 'pipe',
    });
    const { lines } = await program.json(['status', ...library]);
    expect(STATUS_LINE.parse(lines[0])).toMatchObject({ articles: 2, health: 'ok' });
  });
});

describe('status, export, import', () => {
  it('tell counts and health', async () => {
    const { code, lines } = await program.json(['status']);
    expect(code).toBe(0);
    expect(STATUS_LINE.parse(lines[0])).toMatchObject({ library: 'local', articles: 3, health: 'ok' });
  });

  it('carry a library to another place', async () => {
    const exported = await program.run(['export']);
    expect(exported.code).toBe(0);
    expect((await program.run(['export', '--json'])).stdout).toBe(exported.stdout);
    const file = join(program.folder, 'library.jsonl');
    writeFileSync(file, exported.stdout);
    const imported = await program.json(['import', 'library.jsonl', '--library', 'copy']);
    expect(imported.code).toBe(0);
    expect(imported.lines.map((line) => ADD_LINE.parse(line).status)).toEqual(['added', 'added', 'added']);
    const again = await program.json(['import', '-', '--library', 'copy'], { input: exported.stdout });
    expect(again.lines.map((line) => ADD_LINE.parse(line).status)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    const copied = await program.run(['export', '--library', 'copy']);
    const articlesOf = (lines: string) =>
      lines
        .replaceAll(/"updatedAt":"[^"]*",/g, '')
        .split('\n')
        .slice(1);
    expect(articlesOf(copied.stdout)).toEqual(articlesOf(exported.stdout));
  });

  it('refuse what no export wrote', async () => {
    const { code, lines } = await program.json(['import', '-', '--library', 'none'], { input: '{"hello": 1}\n' });
    expect(code).toBe(1);
    expect(lines).toMatchObject([{ error: { code: 'bad-import' } }]);
    expect((await program.json(['import', 'gone.jsonl'])).lines).toMatchObject([{ error: { code: 'file-not-found' } }]);
  });

  it('refuse a library that is no name', async () => {
    const { code, lines } = await program.json(['list', '--library', '../other']);
    expect(code).toBe(1);
    expect(FAILURE_LINE.parse(lines[0]).error.code).toBe('bad-library-id');
  });
});

describe('remove', () => {
  it('removes what it can', async () => {
    const id = ids.get('The Tay Bridge')!;
    const { code, lines } = await program.json(['remove', 'nonesuch00', id]);
    expect(code).toBe(1);
    expect(FAILURE_LINE.parse(lines[0]).id).toBe('nonesuch00');
    expect(LIST_LINE.parse(lines[1]).id).toBe(id);
    expect((await program.json(['list'])).lines).toHaveLength(2);
  });
});
