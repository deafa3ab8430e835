// Adding a folder of text files, whole process: this program and the obvious one in turn, with the same model, and beside them
// the plain call of the model on one core. Then both are asked the same questions.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { languageOf, ownSet, quantile } from '../test/quality/measure.mjs';
import { isObviousInstalled, OBVIOUS } from './obvious.mjs';
import { PROGRAM, run } from './processes.mjs';
import { countWords, makeArticles, writeArticles } from './prose.mjs';

/** Articles of the two sets. What differs between them is adding alone: start and end of a process are the same. */
export const SETS = { small: 24, large: 72 };
const WORDS = 600;
const PLAIN_CALL = fileURLToPath(new URL('plain-call.mjs', import.meta.url));
/** One a line, of the project's own set: the articles are made of the texts that answer them. */
const QUESTIONS = ownSet()
  .answerable.map(({ question }) => question)
  .filter((question) => languageOf(question) === 'en');

/** The two programs: how they add a folder and how they are asked; where they keep what they made is theirs. */
const footnote = {
  name: 'footnote',
  add: (source, kept, settings) =>
    run([PROGRAM, 'add', source, '--json'], { settings: { DATA_DIR: kept, ...settings } }),
  ask: (kept, settings, input) =>
    run([PROGRAM, 'ask', '-', '--json'], { settings: { DATA_DIR: kept, ...settings }, input }),
};
const obvious = {
  name: 'obvious',
  add: (source, kept, settings) => run([OBVIOUS, 'add', source, kept], { settings }),
  ask: (kept, settings, input) => run([OBVIOUS, 'ask', kept], { settings, input }),
};

/**
 * @returns words of the two sets; of each round seconds of both programs (of the obvious one only where it is installed), median
 * milliseconds of a question, seconds from start to first answer, tokens of the passages, and tokens a second of the plain call
 */
export async function measureAdding({ folder, model, modelsDir, rounds, say }) {
  const articles = makeArticles(SETS.large, WORDS);
  const sources = { small: join(folder, 'small'), large: join(folder, 'large') };
  for (const [set, count] of Object.entries(SETS)) await writeArticles(sources[set], articles.slice(0, count));
  const words = Object.fromEntries(
    Object.entries(SETS).map(([set, count]) => [
      set,
      articles.slice(0, count).reduce((sum, text) => sum + countWords(text), 0),
    ]),
  );
  const settings = { MODELS_DIR: modelsDir, EMBEDDING_MODEL: model, MODEL: model };
  const measured = [];
  for (let round = 1; round <= rounds; round++) {
    const programs = isObviousInstalled() ? [footnote, obvious] : [footnote];
    // Neither is always the one that finds the processor cool.
    if (round % 2 === 0) programs.reverse();
    const result = { seconds: {}, questionMs: {}, firstAnswerSeconds: {}, tokens: {} };
    const keptBy = ({ name }, set) => join(folder, `${name}-${set}`);
    for (const program of programs) result.seconds[program.name] = {};
    for (const set of Object.keys(SETS)) {
      for (const program of programs) {
        const { output, seconds } = await program.add(sources[set], keptBy(program, set), settings);
        if (program === footnote) checkAdded(output, SETS[set]);
        result.seconds[program.name][set] = seconds;
        say(`round ${round}, ${SETS[set]} articles, ${program.name}: ${seconds.toFixed(2)} s`);
      }
    }
    for (const program of programs) {
      const asked = await program.ask(keptBy(program, 'large'), settings, QUESTIONS.join('\n'));
      const times = jsonLines(asked.output).map(({ tookMs }) => tookMs);
      result.questionMs[program.name] = quantile(times, 0.5);
      result.firstAnswerSeconds[program.name] = asked.firstSeconds;
    }
    const library = (set) => join(keptBy(footnote, set), 'local');
    const plain = await plainCall(library('large'), modelsDir, model);
    result.tokens = { small: (await plainCall(library('small'), modelsDir, model)).tokens, large: plain.tokens };
    result.plainTokensPerSecond = plain.tokens / plain.seconds;
    say(`round ${round}, plain call on one core: ${result.plainTokensPerSecond.toFixed(0)} tokens a second`);
    measured.push(result);
    for (const program of programs)
      for (const set of Object.keys(SETS)) await rm(keptBy(program, set), { recursive: true });
  }
  return { words, rounds: measured };
}

function checkAdded(output, articles) {
  const added = jsonLines(output).filter(({ status }) => status === 'added').length;
  if (added !== articles) throw new Error(`${added} of ${articles} articles were added: ${output}`);
}

async function plainCall(library, modelsDir, model) {
  const { output } = await run([PLAIN_CALL, library, modelsDir, model]);
  return JSON.parse(output);
}

function jsonLines(output) {
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
