// Memory of the running bot. bench/memory.mjs is another thing: whether memory stays flat over very many questions.
import { startBot } from './bot.mjs';

const QUESTIONS = 200;

/** @returns resident bytes after the first answer, and after many */
export async function measureMemory(setting) {
  const bot = await startBot(setting);
  try {
    const { bytes: first } = await bot.probe();
    await bot.askMany(QUESTIONS);
    const { bytes: last } = await bot.probe();
    return { questions: QUESTIONS, bytesAfterFirst: first, bytes: last };
  } finally {
    await bot.stop();
  }
}
