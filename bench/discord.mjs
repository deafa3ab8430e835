#!/usr/bin/env node
// What people on Discord wait for, over the wire: the real bot against the double of the tests.
//
//   node bench/discord.mjs            10,000 passages (after npm run build)
//   node bench/discord.mjs 2000       another size
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEmbedder } from '../dist/embed/embedder.js';
import { createDiscordDouble, messageText } from '../test/discord/double/discord-double.mjs';
import { makeQuestion, randomNumbers, writeLibrary } from './corpus.mjs';
import { model, modelsDir } from './libraries.mjs';

const passages = Number(process.argv[2] ?? 10_000);
/** As many as a server may ask in a burst, with some left for the twenty at once. */
const QUESTIONS = 40;
/** Then as fast as its rate limit fills up again. */
const REFILL_MS = 550;
const GUILD = '100000000000000001';
const dataDir = await mkdtemp(join(tmpdir(), 'footnote-bench-'));
/** Loaded into the bot beside its program: its event loop's delay, told when asked. */
const PROBE = `data:text/javascript,${encodeURIComponent(`
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    process.on('message', () => { process.send({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6 }); delay.reset(); });
    process.channel.unref();
  }
`)}`;
const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];
const row = (name, values) =>
  console.log(
    `${name.padEnd(34)} p50 ${quantile(values, 0.5).toFixed(0).padStart(5)} ms   p95 ${quantile(values, 0.95).toFixed(0).padStart(5)} ms`,
  );

console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, ${model}, ${passages} passages`,
);
const embedder = await createEmbedder({ model, modelsDir, downloadDir: join(dataDir, '.models'), threads: 1 });
const { fingerprint, dimensions } = embedder;
await embedder.close();
await writeLibrary(join(dataDir, GUILD), passages, { fingerprint, dimensions });

const double = await createDiscordDouble();
double.addGuild({ id: GUILD, name: 'Bench' });
const channel = double.addChannel(GUILD, { name: 'general' });
const keeper = double.addMember(GUILD, { username: 'keeper', permissions: ['ManageGuild'] });
const random = randomNumbers(13);
const ask = (where = channel) =>
  double.slash(where.id, double.addMember(GUILD, {}).id, 'ask', { question: makeQuestion(random) });

const began = performance.now();
const bot = spawn(
  process.execPath,
  ['--import', PROBE, fileURLToPath(new URL('../dist/main.js', import.meta.url)), 'discord'],
  {
    env: {
      PATH: process.env.PATH,
      ...double.env,
      DATA_DIR: dataDir,
      MODELS_DIR: modelsDir,
      EMBEDDING_MODEL: model,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  },
);
const delay = () =>
  new Promise((resolve) => {
    bot.once('message', resolve);
    bot.send('delay');
  });

try {
  await double.waitForReady(60_000);
  await double.waitForCommands('ask', { timeoutMs: 60_000 });
  await ask().final({ timeoutMs: 60_000 });
  console.log(`first answer ${(performance.now() - began).toFixed(0)} ms after the start of the process`);

  await measure('idle', QUESTIONS, 0);
  await twentyAtOnce();

  const handle = double.slash(channel.id, keeper.id, 'reindex', { force: true });
  await handle.firstResponse();
  const progress = () => messageText(handle.result().message);
  await double.waitUntil(() => /▰|Reindexed/.test(progress()), 120_000, progress);
  await delay();
  await measure('during a reindex', QUESTIONS, REFILL_MS);
  const { p50, p99 } = await delay();
  const isRunning = progress().includes('▰');
  console.log(
    `event loop's delay during it         p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${isRunning ? '' : ' (it ended before the questions did)'}`,
  );
  if (double.violations.length > 0) console.log('violations:', double.violations);
} finally {
  bot.kill('SIGTERM');
  await new Promise((resolve) => bot.once('exit', resolve));
  await double.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure(when, count, everyMs) {
  const first = [];
  const whole = [];
  for (let number = 0; number < count; number += 1) {
    const handle = ask();
    const { firstAfterMs, history } = await handle.final({ timeoutMs: 60_000 });
    first.push(firstAfterMs);
    whole.push(history.at(-1).afterMs);
    if (everyMs > 0) await sleep(Math.max(0, everyMs - history.at(-1).afterMs));
  }
  row(`first response, ${when}`, first);
  row(`answer, ${when}`, whole);
}

/** Four channels, five questions each, all at once. */
async function twentyAtOnce() {
  const channels = Array.from({ length: 4 }, (_, number) => double.addChannel(GUILD, { name: `room-${number}` }));
  const started = performance.now();
  const asked = Array.from({ length: 20 }, (_, number) => ({ room: number % 4, handle: ask(channels[number % 4]) }));
  const results = await Promise.all(
    asked.map(async ({ room, handle }) => ({
      room,
      at: (await handle.final({ timeoutMs: 60_000 })).history.at(-1).at,
    })),
  );
  const inOrder = [0, 1, 2, 3].every((room) => {
    const times = results.filter((one) => one.room === room).map(({ at }) => at);
    return times.every((at, index) => index === 0 || at >= times[index - 1]);
  });
  console.log(
    `twenty questions at once             all answered after ${(performance.now() - started).toFixed(0)} ms, ${inOrder ? 'in order' : 'OUT OF ORDER'}`,
  );
}
