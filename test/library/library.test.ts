import Sqlite from 'better-sqlite3';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AddResult, Library } from '../../src/library.js';
import { libraries, pasted } from './open.js';

const LIGHTHOUSE = `# The lamp at Cordouan

Augustin Fresnel built his first large lens for the lighthouse at Cordouan, where it was lit in July 1823.
Sailors saw it from thirty kilometres away. The keepers wound a clockwork every four hours.

The lens weighed two tonnes. It gathered the light of one oil lamp into eight beams.
`;

const TEA = `# 茶的旅行

九世纪初，僧人最澄把茶种从中国带到了日本。他把茶树种在比叡山的山脚下。

后来，荣西禅师写了一本关于饮茶养生的书。
`;

/** For exports that leave nothing out. */
function nothing(): never {
  throw new Error('An article was left out.');
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('a library', () => {
  const opened = libraries();
  let library: Library;
  let lighthouse: AddResult;
  beforeAll(async () => {
    library = await opened.open().of('club');
    lighthouse = await library.add(pasted('lamp.md', LIGHTHOUSE));
    await library.add(pasted('tea.md', TEA));
  });

  it('says what it added', () => {
    expect(lighthouse).toMatchObject({ source: 'lamp.md', status: 'added', title: 'The lamp at Cordouan' });
    expect(lighthouse.passages).toBeGreaterThan(0);
    expect(library.list().map(({ title }) => title)).toEqual(['茶的旅行', 'The lamp at Cordouan']);
  });

  it('quotes the passage and highlights the sentence, character for character', async () => {
    const answer = await library.ask('When was the lamp at Cordouan lit?');
    expect(answer).toMatchObject({ answered: true, understoodAs: null });
    const [best] = answer.excerpts;
    const { text } = library.show(best!.articleId);
    expect(best).toMatchObject({ rank: 1, title: 'The lamp at Cordouan', text: text.slice(best!.start, best!.end) });
    expect(best!.highlight.text).toBe(text.slice(best!.highlight.start, best!.highlight.end));
    expect(best!.highlight.text).toContain('July 1823');
  });

  it('quotes a paragraph whole that was cut in two where both halves may hold the answer', async () => {
    const half = (part: string) =>
      `The ${part} of the pier at Brill was built of oak, which the builders floated down the river. ` +
      `Storms took planks from the ${part} of the pier in most winters, and carpenters nailed on new ones. `.repeat(6);
    const paragraph = `${half('foot')}${half('head')}`.trim();
    const { id, passages } = await library.add(pasted('pier.md', `# The pier at Brill\n\n${paragraph}\n`));
    expect(passages).toBeGreaterThan(1);
    const [best] = (await library.ask('What was the pier at Brill built of?')).excerpts;
    expect(best!.text.length).toBeGreaterThan(paragraph.length / 2 + 100);
    expect(best!.text).toBe(library.show(id!).text.slice(best!.start, best!.end));
    expect(best!.text).toContain(best!.highlight.text);
    library.remove(id!);
  });

  it('answers Chinese questions on Chinese and on English articles', async () => {
    const tea = await library.ask('谁把茶种带到了日本？');
    expect(tea.excerpts[0]!.highlight.text).toContain('最澄');
    const lamp = await library.ask('菲涅耳的灯塔透镜有多重？', { record: false });
    expect(lamp.excerpts[0]!.title).toBe('The lamp at Cordouan');
  });

  it('declines what it does not hold, shows what is nearest, and notes the question', async () => {
    const answer = await library.ask('Who won the chess championship in 1972?', { where: '123' });
    expect(answer.answered).toBe(false);
    expect(answer.excerpts.length).toBeGreaterThan(0);
    await library.ask('Which player won the 1972 chess championship?', { where: '123' });
    await library.ask('How do I bake bread?', { where: '9', record: false });
    const gaps = await library.gaps();
    expect(gaps).toMatchObject([{ times: 2, places: ['123'], lastAskedAt: '2026-01-02T03:04:05.000Z' }]);
    expect(library.clearGaps()).toBe(2);
    expect(await library.gaps()).toEqual([]);
  });

  it('understands a follow-up with what was asked before', async () => {
    const answer = await library.ask('and how heavy was it?', { previous: ['What did Fresnel build for Cordouan?'] });
    expect(answer.understoodAs).toBe('What did Fresnel build for Cordouan? → and how heavy was it?');
    expect(answer.excerpts[0]!.title).toBe('The lamp at Cordouan');
  });

  it.each([
    ['', 'empty-question'],
    ['  ?!  ', 'empty-question'],
    ['🙂🙂', 'empty-question'],
    ['x'.repeat(501), 'question-too-long'],
  ])('refuses %j', async (question, code) => {
    await expect(library.ask(question)).rejects.toMatchObject({ code });
  });

  it('takes 500 characters, and keyword syntax as text', async () => {
    await expect(library.ask('lamp '.repeat(100).trim())).resolves.toBeDefined();
    await expect(library.ask('"lamp" OR NEAR(body: *) AND NOT -')).resolves.toBeDefined();
  });

  it('stops when asked to', async () => {
    await expect(library.ask('When?', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('shows a passage with what stands around it', async () => {
    const { excerpts } = await library.ask('Who wrote a book about drinking tea?', { record: false });
    const { articleId, highlight } = excerpts[0]!;
    const { before, passage, after } = library.context(articleId, highlight, 40);
    expect(passage).toBe(highlight.text);
    expect(library.show(articleId).text).toContain(before + passage + after);
  });

  it.each(['show', 'remove', 'context', 'rate'] as const)('%s says that an id is unknown', (verb) => {
    const call = {
      show: () => library.show('nothing'),
      remove: () => library.remove('nothing'),
      context: () => library.context('nothing', { start: 0, end: 1 }),
      rate: () => library.rate('Why?', 'nothing', true),
    }[verb];
    expect(call).toThrow(expect.objectContaining({ code: 'unknown-id' }) as Error);
  });

  it('counts what people found helpful', () => {
    library.rate('When was it lit?', lighthouse.id!, true);
    expect(library.status()).toMatchObject({ helpful: 1, notHelpful: 0, articles: 2, health: 'ok', reindex: 'none' });
  });

  it('knows the same article again, from whatever source', async () => {
    expect(await library.add(pasted('lamp.md', LIGHTHOUSE))).toMatchObject({ status: 'unchanged', id: lighthouse.id });
    expect(await library.add(pasted('copy.md', LIGHTHOUSE))).toMatchObject({ status: 'unchanged', id: lighthouse.id });
    expect(library.list()).toHaveLength(2);
  });

  it('reports a source that cannot be read, and stays as it was', async () => {
    const result = await library.add({ kind: 'file', path: join(opened.folder, 'missing.md') });
    expect(result).toMatchObject({ status: 'failed', error: { code: 'file-not-found' } });
    expect(library.list()).toHaveLength(2);
  });

  it('keeps settings, and refuses wrong ones whole', () => {
    expect(library.configure({ excerpts: 2, answerIn: 'thread' })).toMatchObject({ excerpts: 2, answerIn: 'thread' });
    expect(() => library.configure({ excerpts: 9, answerIn: 'channel' })).toThrow(
      expect.objectContaining({ code: 'bad-setting' }) as Error,
    );
    expect(library.settings).toMatchObject({ excerpts: 2, answerIn: 'thread' });
  });
});

describe('articles from files', () => {
  const opened = libraries();
  const file = join(opened.folder, 'lamp.md');

  it('are updated when read again, at once', async () => {
    const library = await opened.open().of('files');
    writeFileSync(file, LIGHTHOUSE);
    const added = await library.add({ kind: 'file', path: file });
    writeFileSync(
      file,
      `${LIGHTHOUSE}\n## Later\n\nElectric light came to Cordouan in 1948, and the oil lamp was put away for good.\n`,
    );
    const [refreshed] = await all(library.refresh());
    expect(refreshed).toMatchObject({ status: 'updated', id: added.id });
    expect(refreshed!.changed!.added).toBeGreaterThan(0);
    const { excerpts } = await library.ask('When did electric light come?');
    expect(excerpts[0]!.highlight.text).toContain('1948');
    expect(await all(library.refresh([added.id!, 'nothing']))).toMatchObject([
      { status: 'unchanged' },
      { status: 'failed', error: { code: 'unknown-id' } },
    ]);
    library.remove(added.id!);
    expect((await library.ask('When did electric light come?', { record: false })).excerpts).toEqual([]);
  });

  it('are read again by a reindex when they changed, and nothing is embedded twice', async () => {
    const library = await opened.open().of('reindexed');
    writeFileSync(file, LIGHTHOUSE);
    await library.add({ kind: 'file', path: file });
    const { passages } = library.status();
    const before = library.status().lastChangedAt;
    expect(await library.reindex()).toMatchObject({ articles: 1, passages, embedded: 0, reused: passages });
    expect(library.status().lastChangedAt).toBe(before);
    expect(await library.reindex({ force: true })).toMatchObject({ embedded: passages, reused: 0 });
    writeFileSync(file, LIGHTHOUSE.replace('two tonnes', 'three tonnes'));
    const report = await library.reindex();
    expect(report.embedded).toBeGreaterThan(0);
    const { excerpts } = await library.ask('How heavy was the lens?');
    expect(excerpts[0]!.text).toContain('three tonnes');
  });
});

describe('a reindex', () => {
  const opened = libraries();

  it('runs once when asked for twice, answers meanwhile, and stops when told to', async () => {
    const library = await opened.open().of('busy');
    mkdirSync(opened.folder, { recursive: true });
    await library.add(pasted('lamp.md', LIGHTHOUSE));
    const first = library.reindex({ force: true });
    const second = library.reindex();
    expect(library.status().reindex).toBe('running');
    const answer = await library.ask('When was the lamp lit?');
    expect(answer.excerpts[0]!.title).toBe('The lamp at Cordouan');
    expect(await second).toBe(await first);

    const controller = new AbortController();
    const stopped = library.reindex({ force: true, signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(library.status()).toMatchObject({ reindex: 'none', articles: 1, health: 'ok' });
  });
});

describe('a library that is damaged', () => {
  const opened = libraries();
  const letter = "UPDATE texts SET text = replace(text, 'July', 'June')";
  const vector = 'UPDATE vectors SET vector = zeroblob(length(vector))';

  /** Changes the database of a library as a failing disk would. */
  function change(id: string, sql: string): void {
    const database = new Sqlite(join(opened.folder, id, 'library.db'));
    expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
    database.close();
  }

  it('is reindexed but for the article whose text is damaged, which is named and kept', async () => {
    const library = await opened.open().of('letter');
    const lamp = await library.add(pasted('lamp.md', LIGHTHOUSE));
    const tea = await library.add(pasted('tea.md', TEA));
    change('letter', letter);
    const report = await library.reindex({ force: true });
    expect(report).toMatchObject({
      articles: 2,
      embedded: tea.passages,
      damaged: [{ id: lamp.id, error: { code: 'text-damaged' } }],
    });
    expect(library.list().map(({ passages }) => passages)).toEqual([tea.passages, lamp.passages]);
    expect((await library.ask('谁把茶种带到了日本？')).excerpts[0]!.highlight.text).toContain('最澄');
    // A pasted text cannot be read again; the backup of its first day holds it.
    expect(library.status().health).toEqual([
      expect.stringMatching(
        `"The lamp at Cordouan".*Add it again.*backups/library-2026-01-02T03-04-05.000Z.db.*grep ${lamp.id!} `,
      ),
    ]);
    expect(opened.warnings.splice(0)).toEqual([expect.stringContaining('The lamp at Cordouan')]);
    // Mended by adding it again; what is said of its health is true at once.
    expect(await library.add(pasted('lamp.md', LIGHTHOUSE))).toMatchObject({ status: 'updated', id: lamp.id });
    expect(library.status().health).toBe('ok');
    expect((await library.reindex()).damaged).toEqual([]);
  });

  it('says so as soon as a question, a look or a check meets it, once in the log', async () => {
    const all = opened.open();
    const library = await all.of('met');
    const lamp = await library.add(pasted('lamp.md', LIGHTHOUSE));
    expect(library.status().health).toBe('ok');
    change('met', letter);
    await library.check();
    expect(library.status().health).toEqual([expect.stringContaining('The lamp at Cordouan')]);
    expect(() => library.show(lamp.id!)).toThrow(expect.objectContaining({ code: 'text-damaged' }) as Error);
    expect(opened.warnings.splice(0)).toHaveLength(1);
    library.remove(lamp.id!);
    expect(library.status().health).toBe('ok');
  });

  it('keeps its newest whole backup while others are made, and says that nobody had noticed', async () => {
    const all = opened.open();
    const library = await all.of('backups');
    const backups = join(opened.folder, 'backups', 'backups');
    const lamp = await library.add(pasted('lamp.md', LIGHTHOUSE));
    const whole = readdirSync(backups);
    change('backups', letter);
    for (let day = 1; day <= 4; day++) {
      opened.time += 24 * 3_600_000;
      const name = `Day ${day}`;
      await library.add(pasted(name, `# ${name}\n\nWhat was written on day ${day} is short.`));
      // Found by the check before the first of them: no question has met it.
      expect(library.status()).toMatchObject({
        lastBackupAt: new Date(opened.time).toISOString(),
        health: [expect.stringContaining(`backups/${whole[0]!}`) as string],
      });
    }
    expect(readdirSync(backups).sort()).toEqual([
      ...whole,
      'library-2026-01-05T03-04-05.000Z-damaged.db',
      'library-2026-01-06T03-04-05.000Z-damaged.db',
    ]);
    expect(opened.warnings.splice(0)).toEqual([
      expect.stringContaining('The lamp at Cordouan'),
      ...Array.from({ length: 4 }, () => expect.stringContaining('holds damaged articles') as string),
    ]);

    // What the message says brings it back, and nothing else with it.
    mkdirSync(join(opened.folder, 'rescue'));
    copyFileSync(join(backups, whole[0]!), join(opened.folder, 'rescue', 'library.db'));
    const lines = [...(await all.of('rescue')).export(nothing)].filter((line) => line.includes(lamp.id!));
    expect(lines).toHaveLength(1);
    for await (const result of library.import(lines)) expect(result).toMatchObject({ status: 'updated', id: lamp.id });
    expect(library.status().health).toBe('ok');
    expect(library.show(lamp.id!).text).toContain('July 1823');
    opened.time += 24 * 3_600_000;
    await library.add(pasted('Mended', '# Mended\n\nAll is well again since this morning.'));
    expect(readdirSync(backups).sort()).toEqual([...whole, 'library-2026-01-07T03-04-05.000Z.db']);
  });

  it('in a vector is mended by a reindex, and found by its meaning again', async () => {
    const all = opened.open();
    const lamp = await (await all.of('vector')).add(pasted('lamp.md', LIGHTHOUSE));
    await all.close();
    change('vector', vector);
    rmSync(join(opened.folder, 'vector', 'index.hnsw'));
    const library = await opened.open().of('vector');
    expect(library.status().health).toEqual([expect.stringContaining('A vector of "The lamp at Cordouan"')]);
    expect(opened.warnings.splice(0)).toEqual([
      expect.stringContaining('built anew'),
      expect.stringContaining('footnote reindex --library vector'),
    ]);
    expect(await library.reindex()).toMatchObject({ embedded: lamp.passages, reused: 0, damaged: [] });
    expect(library.status().health).toBe('ok');
    const { excerpts } = await library.ask('菲涅耳的灯塔透镜有多重？');
    expect(excerpts[0]).toMatchObject({ articleId: lamp.id });
  });
});

describe('many libraries', () => {
  const opened = libraries();

  it('are closed where many others are wanted more, unless they are at work, and opened again when asked for', async () => {
    const all = opened.open();
    const old = await all.of('old');
    await old.add(pasted('lamp.md', LIGHTHOUSE));
    const working = await all.of('working');
    await working.add(pasted('tea.md', TEA));
    // Under way until the next result is taken.
    await working.add(pasted('lamp.md', LIGHTHOUSE));
    const refreshing = working.refresh()[Symbol.asyncIterator]();
    await refreshing.next();
    for (let other = 2; other < 50; other++) await all.of(`other-${other}`);
    expect(all.state().open).toBe(50);
    await all.of('recent');
    expect(all.state().open).toBe(51);

    opened.time += 30 * 60_000;
    for (let other = 3; other < 50; other++) await all.of(`other-${other}`);
    await all.of('newest');
    // Those that nobody asked for since, but the one at work.
    expect(all.state().open).toBe(50);
    expect(working.list()).toHaveLength(2);
    expect((await all.of('old')).list()).toMatchObject([{ title: 'The lamp at Cordouan' }]);
    expect(() => old.list()).toThrow(expect.objectContaining({ code: 'closed' }) as Error);
    await refreshing.return?.();
  });
});

describe('a library that an earlier version cut by other rules', () => {
  const opened = libraries();

  it('is cut anew where it was, and taken over where it is as it should be', async () => {
    const library = await opened.open().of('older');
    const lamp = await library.add(pasted('lamp.md', LIGHTHOUSE));
    const tea = await library.add(pasted('tea.md', TEA));
    const database = new Sqlite(join(opened.folder, 'older', 'library.db'));
    database
      .prepare("UPDATE cuts SET cutting = '0.0' WHERE article_id = (SELECT id FROM articles WHERE public_id = ?)")
      .run(tea.id);
    database.close();
    const seen: number[] = [];
    const report = await library.reindex({ onProgress: (done) => seen.push(done) });
    const passages = lamp.passages! + tea.passages!;
    expect(report).toMatchObject({ articles: 2, passages, embedded: 0, reused: passages, damaged: [] });
    expect(Math.max(...seen)).toBe(passages);
    expect((await library.ask('When was the lens lit?')).excerpts[0]).toMatchObject({ articleId: lamp.id });
    expect((await library.ask('谁把茶种带到了日本？')).excerpts[0]!.highlight.text).toContain('最澄');
    expect(library.status().health).toBe('ok');
  });
});

describe('a library that is full', () => {
  const opened = libraries();

  it('refuses what is new before it is embedded, and answers as before', async () => {
    const library = await opened.open({ quota: { maxArticles: 1, maxBytes: 10_000 } }).of('full');
    const lamp = await library.add(pasted('lamp.md', LIGHTHOUSE));
    const steps: string[] = [];
    const refused = await library.add(pasted('tea.md', TEA), { onProgress: ({ step }) => steps.push(step) });
    expect(refused).toMatchObject({ source: 'tea.md', status: 'failed', error: { code: 'quota-exceeded' } });
    expect(steps).not.toContain('embedding');
    expect(library.list()).toHaveLength(1);
    expect((await library.ask('When was the lamp lit?')).excerpts[0]!.articleId).toBe(lamp.id);
    library.remove(lamp.id!);
    expect(await library.add(pasted('tea.md', TEA))).toMatchObject({ status: 'added' });
  });

  it('takes of an import what there is room for, and says of the rest why not', async () => {
    const from = await opened.open().of('from');
    await from.add(pasted('lamp.md', LIGHTHOUSE));
    await from.add(pasted('tea.md', TEA));
    const to = await opened.open({ quota: { maxArticles: 9, maxBytes: 400 } }).of('to');
    const results = await all(to.import([...from.export(nothing)]));
    expect(results.map(({ status, error }) => error?.code ?? status)).toEqual(['added', 'quota-exceeded']);
  });
});

describe('export and import', () => {
  const opened = libraries();

  it('carry articles and settings to another library', async () => {
    const everything = opened.open();
    const from = await everything.of('from');
    await from.add(pasted('lamp.md', LIGHTHOUSE));
    await from.add(pasted('tea.md', TEA));
    from.configure({ excerpts: 1 });
    const lines = [...from.export(nothing)];
    const to = await everything.of('to');
    const results = await all(to.import(lines));
    expect(results.map(({ status }) => status)).toEqual(['added', 'added']);
    expect(to.settings.excerpts).toBe(1);
    expect(to.list().map(({ id }) => to.show(id))).toEqual(from.list().map(({ id }) => from.show(id)));
    expect((await all(to.import(lines))).map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  });

  it('name the line that is none', async () => {
    const library = await opened.open().of('broken');
    const good = `{"footnote":1,"library":"x","settings":{}}`;
    const results = await all(library.import([good, '', '{"id":', '{"id":"short"}']));
    expect(results).toMatchObject([
      { source: 'line 3', status: 'failed', error: { code: 'bad-import' } },
      { source: 'line 4', status: 'failed', error: { code: 'bad-import' } },
    ]);
    expect(library.list()).toEqual([]);
  });
});

describe('libraries', () => {
  const opened = libraries();

  it('keep to themselves, survive being closed, and can be deleted', async () => {
    const first = opened.open();
    const club = await first.of('club');
    const other = await first.of('other');
    await club.add(pasted('lamp.md', LIGHTHOUSE));
    expect(other.list()).toEqual([]);
    expect((await other.ask('When was the lamp lit?')).excerpts).toEqual([]);
    const before = await club.ask('When was the lamp lit?');
    await first.close();

    const second = opened.open();
    const again = await (await second.of('club')).ask('When was the lamp lit?');
    expect(again.excerpts).toEqual(before.excerpts);
    expect(await second.ids()).toEqual(['club', 'other']);
    await second.delete('club');
    expect(await second.ids()).toEqual(['other']);
    expect((await second.of('club')).list()).toEqual([]);
  });

  it.each(['', '../up', 'a/b', 'ü'])('refuse %j as a name', async (id) => {
    await expect(opened.open().of(id)).rejects.toMatchObject({ code: 'bad-library-id' });
  });

  it('are tidied and backed up once a day when they change', async () => {
    const library = await opened.open().of('backed-up');
    await library.add(pasted('lamp.md', LIGHTHOUSE));
    const first = library.status().lastBackupAt;
    expect(first).toBe('2026-01-02T03:04:05.000Z');
    const tea = await library.add(pasted('tea.md', TEA));
    expect(library.status().lastBackupAt).toBe(first);
    library.remove(tea.id!);
    opened.time += 25 * 3_600_000;
    await library.add(
      pasted('more.md', '# More\n\nA third article, about nothing much, for the sake of another day.\n'),
    );
    const { lastBackupAt, passages } = library.status();
    expect(lastBackupAt).toBe('2026-01-03T04:04:05.000Z');
    // The vectors of what was removed are gone.
    const database = new Sqlite(join(opened.folder, 'backed-up', 'library.db'), { readonly: true });
    expect(database.prepare('SELECT count(*) FROM vectors').pluck().get()).toBe(passages);
    database.close();
  });
});
