// What each signal adds to the ranking: the same questions with its weight at 0, the other weights left as they are.
import { PASSAGE_SIGNALS, SENTENCE_SIGNALS } from '../dist/answer/signals.js';
import * as weights from '../dist/answer/weights.js';

/**
 * Answers as they are, then without each signal in turn; signals that have no weight are passed over. The tables of weights
 * are changed in place, so the ranking has to run in this thread.
 */
export async function* ablations(ask) {
  yield { name: 'as it is', asked: await ask() };
  for (const [kind, signals] of [
    ['passage', PASSAGE_SIGNALS],
    ['sentence', SENTENCE_SIGNALS],
  ]) {
    const tables = Object.values(weights).filter((table) =>
      signals.every((signal) => typeof table[signal] === 'number'),
    );
    if (tables.length === 0) throw new Error(`No table in answer/weights has a weight for every ${kind} signal.`);
    for (const signal of signals) {
      const before = tables.map((table) => table[signal]);
      if (before.every((weight) => weight === 0)) continue;
      for (const table of tables) table[signal] = 0;
      yield { name: `${kind} without ${signal}`, asked: await ask() };
      tables.forEach((table, index) => (table[signal] = before[index]));
    }
  }
}
