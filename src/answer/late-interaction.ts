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
/** Below any sum of look-ups. */
const LEAST = -(2 ** 30);

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
  const steps = stepsPerCosine(dimensions);
  // One table a piece and layer: it fits the processor's nearest cache, so a passage is gone through piece by piece.
  const tables = new Int16Array(layers * pieces.length * tableSize);
  for (let row = 0; row < layers * pieces.length; row++) {
    const state = states.subarray(row * dimensions, (row + 1) * dimensions);
    fillTable(tables.subarray(row * tableSize, (row + 1) * tableSize), state, steps);
  }
  return {
    weights: pieceWeights(pieces, words),
    match(packed, sentences) {
      const opened = openStates(packed, sentences);
      if (!opened) return null;
      const signs = asWords(opened.signs);
      const rows = opened.sentences.map(() => Array.from({ length: layers }, () => new Float32Array(pieces.length)));
      const passage = Array.from({ length: layers }, () => new Float32Array(pieces.length).fill(-1));
      for (let layer = 0; layer < layers; layer++) {
        const layerFrom = layer * opened.tokens;
        const whole = passage[layer]!;
        for (let piece = 0; piece < pieces.length; piece++) {
          const table = (layer * pieces.length + piece) * tableSize;
          opened.sentences.forEach(({ from, count }, index) => {
            const first = (layerFrom + from) * wordsPerToken;
            const best = bestMatch(tables, table, tableSize, signs, first, first + count * wordsPerToken);
            const cosine = Math.max(-1, best / steps);
            rows[index]![layer]![piece] = cosine;
            whole[piece] = Math.max(whole[piece]!, cosine);
          });
        }
      }
      return { sentences: rows, passage };
    },
  };
}

/**
 * Cosines are added up in whole steps of this size, which processors do several times faster than fractions. Eight
 * components of a unit vector, each times 1/√dimensions, reach √8/√dimensions at most, which is to fit 16 bits.
 */
function stepsPerCosine(dimensions: number): number {
  return Math.floor((0x7fff * Math.sqrt(dimensions)) / Math.sqrt(BITS));
}

/** Aligned, four bytes a word, the first one lowest. */
function asWords(signs: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(signs).buffer);
}

/**
 * For every byte of signs that a token can have, what it adds to the cosine: a byte's eight products are one look-up. The
 * signs of a unit vector are each 1/√dimensions long.
 */
function fillTable(table: Int16Array, state: Float32Array, steps: number): void {
  const scale = steps / Math.sqrt(state.length);
  const parts = new Int16Array(BITS);
  for (let byte = 0, at = 0; byte < state.length / BITS; byte++, at += VALUES) {
    let none = 0;
    for (let bit = 0; bit < BITS; bit++) none -= parts[bit] = Math.round(state[byte * BITS + bit]! * scale);
    table[at] = none;
    // Each value is a smaller one with its highest bit added.
    for (let bit = 0; bit < BITS; bit++) {
      const gain = 2 * parts[bit]!;
      const high = 1 << bit;
      for (let value = at; value < at + high; value++) table[value + high] = table[value]! + gain;
    }
  }
}

/** The largest sum of look-ups among the tokens whose signs stand in `from` up to `to`, four bytes a word. */
function bestMatch(
  tables: Int16Array,
  table: number,
  tableSize: number,
  signs: Uint32Array,
  from: number,
  to: number,
): number {
  const end = table + tableSize;
  let best = LEAST;
  for (let at = from; at < to;) {
    // Two sums, so that one need not wait for the other.
    let even = 0;
    let odd = 0;
    for (let row = table; row < end; row += 4 * VALUES, at++) {
      const word = signs[at]! | 0;
      even += tables[row + (word & 0xff)]! + tables[row + VALUES + ((word >>> 8) & 0xff)]!;
      odd += tables[row + 2 * VALUES + ((word >>> 16) & 0xff)]! + tables[row + 3 * VALUES + (word >>> 24)]!;
    }
    best = Math.max(best, even + odd);
  }
  return best;
}
