// The built bot in a process of its own, against the double of Discord that the tests use.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDiscordDouble } from '../test/discord/double/discord-double.mjs';
import { makeQuestion } from './corpus.mjs';
import { randomNumbers } from './random.mjs';
import { environment, PROGRAM } from './processes.mjs';

/** The server whose library is in DATA_DIR under this name. */
export const GUILD = '100000000000000001';
const PATIENCE_MS = 120_000;
/** As many as a server may ask in a burst, with some left for twenty at once; then as fast as its rate limit fills up again. */
const BURST = 40;
const REFILL_MS = 550;
/** Of the timer that the event loop's delay is measured by; what it tells includes it. */
const RESOLUTION_MS = 5;
/** Loaded into the bot beside its program: its event loop's delay since it was last asked, and its memory, told when asked. */
const PROBE = `data:text/javascript,${encodeURIComponent(`
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) {
    const delay = monitorEventLoopDelay({ resolution: ${RESOLUTION_MS} });
    delay.enable();
    process.on('message', () => {
      process.send({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, bytes: process.memoryUsage().rss });
      delay.reset();
    });
    process.channel.unref();
  }
`)}`;

/**
 * Starts the bot and waits for its first answer.
 * @returns what acts on it; \`probe\` gives {p50, p99} of the event loop's delay in milliseconds since the last probe, and resident bytes
 */
export async function startBot({ dataDir, model, modelsDir }) {
  const double = await createDiscordDouble();
  double.addGuild({ id: GUILD, name: 'Bench' });
  const channel = double.addChannel(GUILD, { name: 'general' });
  const keeper = double.addMember(GUILD, { username: 'keeper', permissions: ['ManageGuild', 'ManageMessages'] });
  const random = randomNumbers(13);
  let burst = BURST;

  const started = performance.now();
  const bot = spawn(process.execPath, ['--import', PROBE, PROGRAM, 'discord'], {
    cwd: tmpdir(),
    env: environment({
      ...double.env,
      DATA_DIR: dataDir,
      MODELS_DIR: modelsDir,
      EMBEDDING_MODEL: model,
      LOG_LEVEL: 'warn',
    }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => bot.once('exit', resolve));

  const stop = async () => {
    bot.kill('SIGTERM');
    await ended;
    await double.close();
    if (double.violations.length > 0)
      throw new Error(`The bot broke rules of Discord: ${JSON.stringify(double.violations)}`);
  };

  /** Each by a person of their own, who is not held back for asking much. */
  const ask = (where = channel) =>
    double.slash(where.id, double.addMember(GUILD, {}).id, 'ask', { question: makeQuestion(random) });

  /** One question after the other, no faster than a server may. @returns milliseconds of each to first response and answer */
  const askMany = async (count, isOver = () => false) => {
    const times = { first: [], answer: [] };
    for (let number = 0; number < count && !isOver(); number++) {
      const { firstAfterMs, history } = await ask().final({ timeoutMs: PATIENCE_MS });
      times.first.push(firstAfterMs);
      times.answer.push(history.at(-1).afterMs);
      if (burst-- <= 0) await sleep(Math.max(0, REFILL_MS - history.at(-1).afterMs));
    }
    return times;
  };

  const probe = () =>
    new Promise((resolve) => {
      bot.once('message', resolve);
      bot.send('probe');
    });

  try {
    await double.waitForReady(PATIENCE_MS);
    await double.waitForCommands('ask', { timeoutMs: PATIENCE_MS });
    await ask().final({ timeoutMs: PATIENCE_MS });
  } catch (error) {
    await stop();
    throw error;
  }
  return { double, channel, keeper, firstAnswerMs: performance.now() - started, ask, askMany, probe, stop };
}
