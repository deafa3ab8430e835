// The program of bench/obvious, in a process of its own: its packages are not this project's.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('obvious/', import.meta.url);

export const OBVIOUS = fileURLToPath(new URL('obvious.mjs', FOLDER));

export function isObviousInstalled() {
  return existsSync(new URL('node_modules', FOLDER));
}

/**
 * @param articles {id, text}
 * @param questions {question, without?}: without the article of that id
 * @returns answers in the shape of Footnote's; it answers everything, and its confidence is the nearest passage's cosine
 */
export async function askObvious(articles, questions) {
  const places = new Map(articles.map(({ id }, place) => [id, place]));
  const program = spawn(process.execPath, [OBVIOUS], {
    env: { ...process.env, MODELS_DIR: process.env.OBVIOUS_MODELS_DIR ?? '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  program.stdin.end(
    JSON.stringify({
      top: 5,
      articles: articles.map((article) => ({ text: article.text })),
      questions: questions.map(({ question, without }) => ({ question, without: places.get(without) })),
    }),
  );
  const ended = new Promise((resolve) => program.once('close', resolve));
  const printed = await text(program.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`The obvious program ended with ${code}; see bench/obvious/package.json.`);
  return JSON.parse(printed).map(({ excerpts }) => ({
    answered: true,
    confidence: excerpts[0]?.score ?? 0,
    excerpts: excerpts.map(({ article, text: passage }) => ({ articleId: articles[article].id, text: passage })),
  }));
}
