import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf, nearestTexts, openTestStore, put, temporaryFolder, textsWith, vectorOf } from './fixture.js';
import { audit, expectSurvived, type Said } from './survivors.js';

/** Kills of the short form; `FOOTNOTE_KILLS=200` for the long one. */
const KILLS = Number(process.env['FOOTNOTE_KILLS'] ?? 12);

function start(program: string, ...args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`processes/${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Lets a writer run until it has said `lines` lines, kills it, and gives all that it said. */
async function killedWriter(folder: string, seed: number, first: number, lines: number): Promise<Said[]> {
  const child = start('writer.mjs', folder, String(seed), String(first));
  const said: Said[] = [];
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(JSON.parse(line) as Said);
    // It goes on meanwhile: the kill meets it anywhere.
    if (said.length === lines) child.kill('SIGKILL');
  }
  await closed;
  expect(said.length).toBeGreaterThanOrEqual(lines);
  return said;
}

describe('a killed process', () => {
  it(
    `loses nothing it said it had done, ${KILLS} times`,
    async () => {
      const folder = temporaryFolder();
      const model = new Map<string, readonly string[]>();
      const seeds = Array.from({ length: KILLS }, (_, i) => i * 7919 + 17);
      for (const [round, seed] of seeds.entries()) {
        const said = await killedWriter(folder, seed, round * 10_000, 3 + (seed % 40));
        await expectSurvived(folder, said, model);
      }
      process.stdout.write(`${KILLS} kills: 0 lost articles of ${model.size}, 0 damaged libraries\n`);
    },
    60_000 + KILLS * 10_000,
  );
});

describe('two processes on one library', () => {
  it('see what the other wrote at the next question', async () => {
    const folder = temporaryFolder();
    const [one, two] = [await openTestStore({ folder }), await openTestStore({ folder })];
    put(one, 'a', ['Written by one.']);
    expect(nearestTexts(two, vectorOf('?'), 5)).toEqual(['Written by one.']);
    put(two, 'b', ['Written by two.']);
    put(one, 'c', ['Written again.']);
    for (const store of [one, two]) {
      expect(nearestTexts(store, vectorOf('?'), 5).sort()).toEqual([
        'Written again.',
        'Written by one.',
        'Written by two.',
      ]);
      expect(textsWith(store, ['written'])).toHaveLength(3);
      expect(store.search.passageCount()).toBe(3);
    }
    put(two, 'a', ['Written anew.']);
    one.articles.remove('c');
    for (const store of [one, two]) {
      expect(nearestTexts(store, vectorOf('?'), 5).sort()).toEqual(['Written anew.', 'Written by two.']);
      expect(textsWith(store, ['written'])).toHaveLength(2);
    }
    await one.close();
    await two.close();
    const after = await openTestStore({ folder });
    expect(after.logged).toEqual([]);
    expect(nearestTexts(after, vectorOf('?'), 5)).toHaveLength(2);
  });

  it('see a switch of the other', async () => {
    const folder = temporaryFolder();
    const [one, two] = [await openTestStore({ folder }), await openTestStore({ folder })];
    put(one, 'a', ['Text.']);
    expect(nearestTexts(two, vectorOf('?'), 5)).toEqual(['Text.']);
    const kind = { fingerprint: 'other-model', dimensions: 16 };
    await one.reindex.begin(kind);
    expect(two.status().reindex).toMatchObject({ kind });
    expect(two.reindex.pending('1')).toEqual(['a']);
    one.reindex.stage('a', one.articles.find('a')!.contentHash, '1', []);
    expect(await one.reindex.finish('1')).toBe(true);
    expect(failureOf(() => nearestTexts(two, vectorOf('?'), 5))?.code).toBe('bad-config');
    expect(two.search.byVector(vectorOf('?'), 'other-model', 5)).toEqual([]);
  });

  it('wait for each other, and say so when it takes too long; questions are answered all the same', async () => {
    const folder = temporaryFolder();
    const store = await openTestStore({ folder, lockTimeoutMs: 50 });
    put(store, 'a', ['Before.']);
    const holder = start('holder.mjs', folder);
    await once(holder.stdout!, 'data');
    expect(failureOf(() => put(store, 'b', ['Refused.']))).toMatchObject({
      code: 'database-locked',
      message: expect.stringContaining('try again') as string,
    });
    expect(nearestTexts(store, vectorOf('?'), 5)).toEqual(['Before.']);
    const second = await openTestStore({ folder, lockTimeoutMs: 50 });
    expect(nearestTexts(second, vectorOf('?'), 5)).toEqual(['Before.']);
    expect(second.logged).toEqual([]);
    holder.stdin!.end();
    await once(holder, 'close');
    expect(put(store, 'b', ['Taken.']).status).toBe('added');
  });

  it('may make the library at the same time', async () => {
    const folder = temporaryFolder();
    const writers = [1, 2, 3].map((seed) => killedWriter(folder, seed, seed * 1_000, 12));
    const said = await Promise.all(writers);
    audit(folder);
    const removed = new Set(said.flat().flatMap((one) => ('begun' in one && one.begun === 'remove' ? [one.name] : [])));
    const store = await openTestStore({ folder });
    for (const one of said.flat()) {
      if (one.done === 'put' && !removed.has(one.name)) expect(store.articles.isIntact(one.name)).toBe(true);
    }
  });
});
