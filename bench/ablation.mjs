// What each signal adds to the ranking: the same questions with its weight at 0, the other weights left as they are.
import { PASSAGE_SIGNALS, SENTENCE_SIGNALS } from '../dist/answer/signals.js';
import { PASSAGE_WEIGHTS, SENTENCE_WEIGHTS } from '../dist/answer/weights.js';

/**
 * Answers as they are, then without each signal in turn; signals that have no weight are passed over. The tables of weights
 * are changed in place, so the ranking has to run in this thread.
 */
export async function* ablations(ask) {
  yield { name: 'as it is', asked: await ask() };
  for (const [kind, signals, byUse] of [
    ['passage', PASSAGE_SIGNALS, PASSAGE_WEIGHTS],
    ['sentence', SENTENCE_SIGNALS, SENTENCE_WEIGHTS],
  ]) {
    const tables = Object.values(byUse);
    for (const signal of signals) {
      const before = tables.map((table) => table[signal]);
      if (before.every((weight) => weight === 0)) continue;
      for (const table of tables) table[signal] = 0;
      yield { name: `${kind} without ${signal}`, asked: await ask() };
      tables.forEach((table, index) => (table[signal] = before[index]));
    }
  }
}
