// What people on Discord wait for, over the wire, and how late the bot's event loop is, while it has nothing else to do,
// while articles are added, and during a reindex.
import { performance } from 'node:perf_hooks';
import { messageText } from '../test/discord/double/discord-double.mjs';
import { quantile } from '../test/quality/measure.mjs';
import { GUILD, startBot } from './bot.mjs';
import { makeArticles } from './prose.mjs';

const QUESTIONS = 40;
const ROOMS = 4;
const TOGETHER = 20;
const ARTICLES = 24;
const WORDS = 600;
const PATIENCE_MS = 120_000;

/** @returns milliseconds: p50 and p95 of answers, p50 and p99 of the event loop's delay */
export async function measureDiscord(setting) {
  const bot = await startBot(setting);
  try {
    const { firstAnswerMs } = bot;
    await bot.probe();
    const idle = spread(await bot.askMany(QUESTIONS));
    const together = await askTogether(bot);
    await bot.probe();
    const adding = await whileAdding(bot);
    const delayAdding = delayOf(await bot.probe());
    const reindexing = await duringReindex(bot);
    return { firstAnswerMs, idle, together, adding, delayAdding, ...reindexing };
  } finally {
    await bot.stop();
  }
}

/** As many as twenty at once, over several channels. */
async function askTogether({ double, ask }) {
  const channels = Array.from({ length: ROOMS }, (_, number) => double.addChannel(GUILD, { name: `room-${number}` }));
  const started = performance.now();
  const asked = Array.from({ length: TOGETHER }, (_, number) => ({
    room: number % ROOMS,
    handle: ask(channels[number % ROOMS]),
  }));
  const answers = await Promise.all(
    asked.map(async ({ room, handle }) => ({
      room,
      at: (await handle.final({ timeoutMs: PATIENCE_MS })).history.at(-1).at,
    })),
  );
  const areInOrder = channels.every((_, room) => {
    const times = answers.filter((answer) => answer.room === room).map(({ at }) => at);
    return times.every((at, index) => index === 0 || at >= times[index - 1]);
  });
  return { questions: TOGETHER, ms: performance.now() - started, areInOrder };
}

/** Files are added one after the other, as by a person, while others ask. */
async function whileAdding({ double, channel, keeper, askMany }) {
  let isAdded = false;
  const addAll = async () => {
    for (const [number, content] of makeArticles(ARTICLES, WORDS).entries()) {
      const file = { filename: `${number}.md`, content };
      const handle = double.slash(channel.id, keeper.id, 'article add', {}, { attachments: { file } });
      const said = () => (handle.history.length === 0 ? '' : textOf(handle.result()));
      await double.waitUntil(() => /added|could not|full|damaged/i.test(said()), PATIENCE_MS, said);
      if (!/added/i.test(said())) throw new Error(`An article was not added: ${said()}`);
    }
    isAdded = true;
  };
  const [, times] = await Promise.all([addAll(), askMany(Infinity, () => isAdded)]);
  return { articles: ARTICLES, questions: times.answer.length, ...spread(times) };
}

async function duringReindex({ double, channel, keeper, askMany, probe }) {
  const handle = double.slash(channel.id, keeper.id, 'reindex', { force: true });
  await handle.firstResponse();
  const progress = () => messageText(handle.result().message);
  await double.waitUntil(() => /▰|Reindexed/.test(progress()), PATIENCE_MS, progress);
  await probe();
  const isOver = () => !progress().includes('▰');
  const times = await askMany(QUESTIONS, isOver);
  const delayReindexing = delayOf(await probe());
  if (times.answer.length === 0)
    throw new Error('The reindex was over before a question was asked: take a larger size.');
  return { reindexing: { questions: times.answer.length, ...spread(times) }, delayReindexing };
}

function textOf({ message, followups }) {
  return [message, ...followups].map((one) => messageText(one)).join('\n');
}

function spread({ first, answer }) {
  return {
    first: { p50: quantile(first, 0.5), p95: quantile(first, 0.95) },
    answer: { p50: quantile(answer, 0.5), p95: quantile(answer, 0.95) },
  };
}

function delayOf({ p50, p99 }) {
  return { p50, p99 };
}
