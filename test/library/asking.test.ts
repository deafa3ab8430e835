import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbedder, type Embedder } from '../../src/embed/embedder.js';
import { openStore, type Store } from '../../src/store/store.js';
import { asking } from '../../src/library/asking.js';
import { damage } from '../../src/library/damage.js';
import { libraries, pasted } from './open.js';

const QUESTION = 'When did the ferry to Brodick start?';
const FERRY = `# The ferry to Brodick\n\nThe ferry to Brodick started in May 1834. It carried mail and sheep.\n`;
const BUS = `# The island's bus\n\nA bus has met every ferry since 1926.\n`;

describe('a question that is asked again', () => {
  const opened = libraries();
  const warnings: string[] = [];
  const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  let embedder: Embedder;
  let store: Store;
  let embedded = 0;

  beforeAll(async () => {
    await (await opened.open().of('ferry')).add(pasted('bus.md', BUS));
    embedder = await createEmbedder({
      model: 'e5-small-zh-en',
      modelsDir: fileURLToPath(new URL('../../models', import.meta.url)),
      downloadDir: opened.folder,
      threads: 1,
    });
    // As another process that has the library open.
    store = await openStore({ folder: join(opened.folder, 'ferry'), now: () => opened.time, log });
  });
  afterAll(async () => {
    await store.close();
    await embedder.close();
  });

  const ask = () =>
    asking({
      store,
      damage: damage(log),
      embedder: () =>
        Promise.resolve({
          ...embedder,
          embedQuestion: (...args) => {
            embedded += 1;
            return embedder.embedQuestion(...args);
          },
        }),
      threshold: () => 0.5,
      clock: () => performance.now(),
      log,
    });

  it('is answered from memory while the library stays as it is, and anew once it changed anywhere', async () => {
    const one = ask();
    const first = await one(QUESTION, {});
    const again = await one(QUESTION, {});
    expect(again).toEqual({ ...first, tookMs: again.tookMs });
    expect(embedded).toBe(1);
    expect(first.excerpts.map(({ title }) => title)).toEqual(["The island's bus"]);
    // Neither answer said it, and both are kept as a gap.
    expect(store.questions.count()).toBe(1);

    const library = await opened.open().of('ferry');
    const { id } = await library.add(pasted('ferry.md', FERRY));
    expect((await one(QUESTION, {})).excerpts[0]!.highlight.text).toContain('May 1834');
    expect(embedded).toBe(2);
    library.remove(id!);
    expect((await one(QUESTION, {})).excerpts.map(({ title }) => title)).toEqual(["The island's bus"]);
    expect(embedded).toBe(3);
  });

  it('is answered also when another process keeps it from being noted', async () => {
    const other = new Sqlite(join(opened.folder, 'ferry', 'library.db'));
    other.exec('BEGIN IMMEDIATE');
    const before = store.questions.count();
    expect(await ask()('Who built the pier of Brodick?', {})).toMatchObject({ answered: false });
    other.close();
    expect(store.questions.count()).toBe(before);
    expect(warnings).toEqual([expect.stringContaining('was not noted')]);
  });

  it('is looked up again for another number of excerpts', async () => {
    const one = ask();
    const before = embedded;
    await one(QUESTION, { top: 1 });
    await one(QUESTION, { top: 2 });
    expect(embedded).toBe(before + 2);
  });
});
