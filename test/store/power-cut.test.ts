import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/store/database.js';
import { disk, readSteps, type Random, type Step } from './disk.js';
import { temporaryFolder } from './fixture.js';
import { expectSurvived, type Said } from './survivors.js';

/** Power cuts of the short form; `FOOTNOTE_CUTS=1000` for the long one. */
const CUTS = Number(process.env['FOOTNOTE_CUTS'] ?? 60);

/** What the writer says before it is stopped. */
const LINES = 160;

const PROCESSES = new URL('processes/', import.meta.url);

/** The library that writes down what a process does to its files; undefined where there is no compiler, or no Linux. */
function recorder(): string | undefined {
  const built = join(temporaryFolder(), 'disk.so');
  try {
    execFileSync(
      'cc',
      ['-O1', '-shared', '-fPIC', '-o', built, fileURLToPath(new URL('disk.c', PROCESSES)), '-ldl', '-lpthread'],
      {
        stdio: 'ignore',
      },
    );
    return process.platform === 'linux' ? built : undefined;
  } catch {
    return undefined;
  }
}

/** Lets a writer work in `folder`, and gives what it did to its files and said. */
async function recorded(preload: string, folder: string): Promise<Step[]> {
  const log = join(temporaryFolder(), 'log');
  const child = spawn(process.execPath, [fileURLToPath(new URL('writer.mjs', PROCESSES)), folder, '17', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], LD_PRELOAD: preload, POWER_LOG: log, POWER_FOLDER: folder },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let lines = 0;
  createInterface({ input: child.stdout }).on('line', () => ++lines === LINES && child.kill('SIGKILL'));
  await closed;
  return readSteps(readFileSync(log));
}

function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('a power cut', () => {
  it('cannot take back what was committed: every connection syncs the log with each commit', () => {
    const database = openDatabase(join(temporaryFolder(), 'library.db'));
    expect(database.statement('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.statement('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    database.close();
  });

  it(
    `loses nothing that was said to be done, ${CUTS} times`,
    async ({ skip }) => {
      const preload = recorder();
      if (preload === undefined) return skip();
      const folder = join(temporaryFolder(), 'library');
      const steps = await recorded(preload, folder);
      const random = randomOf(17);
      const cuts = Array.from({ length: CUTS }, () => 1 + random(steps.length)).sort((a, b) => a - b);
      const simulated = disk(folder);
      let [done, reported] = [0, 0];
      for (const cut of cuts) {
        for (const step of steps.slice(done, cut)) simulated.take(step);
        done = cut;
        const before = steps.slice(0, cut);
        const target = join(temporaryFolder(), 'library');
        mkdirSync(target);
        simulated.cutPower(target, random);
        const text = Buffer.concat(before.flatMap((step) => (step.kind === 'say' ? [step.bytes] : []))).toString();
        const said = text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Said);
        reported += said.filter(({ done }) => done !== undefined).length;
        try {
          await expectSurvived(target, said, new Map());
        } catch (error) {
          throw new Error(`The power was cut after step ${cut} of ${steps.length}`, { cause: error });
        }
      }
      process.stdout.write(`${CUTS} power cuts: 0 of ${reported} reported changes lost, 0 damaged libraries\n`);
    },
    60_000 + CUTS * 1_000,
  );
});
