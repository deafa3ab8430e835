import type { QuestionEmbedding } from '../embed/embedder.js';
import { openStates } from '../embed/states.js';
import { pieceWeights, type PieceWeights } from './pieces.js';
import type { WeightedWord } from './retrieve.js';

/**
 * How well each sentence of a passage matches a question, piece by piece: late interaction (Khattab and Zaharia 2020,
 * ColBERT) between the centred token states of one pass over the question and one over the passage, which is kept as signs.
 */
export interface LateMatches {
  /** A row a sentence, for each layer: best cosine of each question piece among the sentence's tokens. */
  readonly sentences: readonly (readonly Float32Array[])[];
  /** The same over the whole passage. */
  readonly passage: readonly Float32Array[];
}

/** A question, made ready to be compared with many passages. */
export interface LateQuestion {
  readonly weights: PieceWeights;
  match(packed: Uint8Array, sentences: number): LateMatches | null;
}

const BITS = 8;
const VALUES = 1 << BITS;

/**
 * Cosines are added up in whole steps of this size, which processors do several times faster than fractions. A cosine, at
 * most 1 and a little for rounding, fits 16 bits, so that one number holds those of two pieces and one look-up serves both.
 */
const STEPS = 32_000;
const HALF = 2 ** 16;

/** The last question's tables. They are a megabyte: made anew for each they had garbage collected every few questions. */
const kept: { states: Float32Array | null; tables: Int32Array } = { states: null, tables: new Int32Array(0) };

/** Null for a question whose model keeps no states. */
export function lateQuestion(
  { pieces, states, vector }: QuestionEmbedding,
  words: readonly WeightedWord[],
): LateQuestion | null {
  if (!states || pieces.length === 0) return null;
  const dimensions = vector.length;
  const tableSize = (dimensions / BITS) * VALUES;
  const wordsPerToken = dimensions / 32;
  const layers = states.length / (pieces.length * dimensions);
  const pairs = Math.ceil(pieces.length / 2);

  /** One table a pair of pieces and layer: it stays in the processor's nearest caches, so a passage is gone through pair by pair. */
  const ownTables = (): Int32Array => {
    if (kept.states === states) return kept.tables;
    const needed = layers * pairs * tableSize;
    if (kept.tables.length < needed) kept.tables = new Int32Array(needed);
    for (let layer = 0; layer < layers; layer++) {
      const stateOf = (piece: number) => {
        const from = (layer * pieces.length + piece) * dimensions;
        return states.subarray(from, from + dimensions);
      };
      for (let pair = 0; pair < pairs; pair++) {
        const at = (layer * pairs + pair) * tableSize;
        // An odd last piece stands in both halves.
        const other = Math.min(2 * pair + 1, pieces.length - 1);
        fillTable(kept.tables.subarray(at, at + tableSize), stateOf(2 * pair), stateOf(other));
      }
    }
    kept.states = states;
    return kept.tables;
  };

  return {
    weights: pieceWeights(pieces, words),
    match(packed, sentences) {
      const opened = openStates(packed, sentences);
      if (!opened) return null;
      const signs = asWords(opened.signs);
      const tables = ownTables();
      const rows = opened.sentences.map(() => Array.from({ length: layers }, () => new Float32Array(pieces.length)));
      const passage = Array.from({ length: layers }, () => new Float32Array(pieces.length).fill(-1));
      const best = new Int32Array(2);
      for (let layer = 0; layer < layers; layer++) {
        const layerFrom = layer * opened.tokens;
        const whole = passage[layer]!;
        for (let pair = 0; pair < pairs; pair++) {
          const table = (layer * pairs + pair) * tableSize;
          for (const [index, { from, count }] of opened.sentences.entries()) {
            const first = (layerFrom + from) * wordsPerToken;
            bestMatches(best, tables, table, tableSize, signs, first, first + count * wordsPerToken);
            const row = rows[index]![layer]!;
            for (let half = 0, piece = 2 * pair; half < 2 && piece < pieces.length; half++, piece++) {
              row[piece] = best[half]! / STEPS;
              whole[piece] = Math.max(whole[piece]!, row[piece]!);
            }
          }
        }
      }
      return { sentences: rows, passage };
    },
  };
}

/** Aligned, four bytes a word, the first one lowest. */
function asWords(signs: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(signs).buffer);
}

/**
 * For every byte of signs that a token can have, what it adds to the cosines of two states: a byte's sixteen products are
 * one look-up. The signs of a unit vector are each 1/√dimensions long.
 */
function fillTable(table: Int32Array, low: Float32Array, high: Float32Array): void {
  const scale = STEPS / Math.sqrt(low.length);
  const parts = new Int32Array(BITS);
  for (let byte = 0, at = 0; byte < low.length / BITS; byte++, at += VALUES) {
    let none = 0;
    for (let bit = 0; bit < BITS; bit++) {
      const i = byte * BITS + bit;
      none -= parts[bit] = Math.round(low[i]! * scale) + Math.round(high[i]! * scale) * HALF;
    }
    table[at] = none;
    // Each value is a smaller one with its highest bit added.
    for (let bit = 0; bit < BITS; bit++) {
      const gain = 2 * parts[bit]!;
      const top = 1 << bit;
      for (let value = at; value < at + top; value++) table[value + top] = table[value]! + gain;
    }
  }
}

/** The largest sums of look-ups, one of each half, among the tokens whose signs stand in `from` up to `to`, four bytes a word. */
function bestMatches(
  best: Int32Array,
  tables: Int32Array,
  table: number,
  tableSize: number,
  signs: Uint32Array,
  from: number,
  to: number,
): void {
  const end = table + tableSize;
  let low = -STEPS;
  let high = -STEPS;
  for (let at = from; at < to;) {
    // Two sums, so that one need not wait for the other. What overflows on the way comes back.
    let even = 0;
    let odd = 0;
    for (let row = table; row < end; row += 4 * VALUES, at++) {
      const word = signs[at]! | 0;
      even = (even + tables[row + (word & 0xff)]! + tables[row + VALUES + ((word >>> 8) & 0xff)]!) | 0;
      odd = (odd + tables[row + 2 * VALUES + ((word >>> 16) & 0xff)]! + tables[row + 3 * VALUES + (word >>> 24)]!) | 0;
    }
    const both = (even + odd) | 0;
    const own = (both << 16) >> 16;
    low = Math.max(low, own);
    high = Math.max(high, (both - own) >> 16);
  }
  best[0] = low;
  best[1] = high;
}
