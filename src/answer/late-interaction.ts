import type { QuestionEmbedding } from '../embed/embedder.js';
import { openStates } from '../embed/states.js';
import { pieceWeights } from './pieces.js';
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
  /** Weight of each piece: how rare the word is that it belongs to. They add up to 1. */
  readonly weights: Float32Array;
  match(packed: Uint8Array, sentences: number): LateMatches | null;
}

const BITS = 8;
const VALUES = 1 << BITS;

/** Null for a question whose model keeps no states. */
export function lateQuestion(
  { pieces, states, vector }: QuestionEmbedding,
  words: readonly WeightedWord[],
): LateQuestion | null {
  if (!states || pieces.length === 0) return null;
  const dimensions = vector.length;
  const layers = states.length / (pieces.length * dimensions);
  // A layer's tables, one a piece, one after the other.
  const tables = Array.from({ length: layers }, (_, layer) =>
    tablesOf(states.subarray(layer * pieces.length * dimensions, (layer + 1) * pieces.length * dimensions), dimensions),
  );
  return {
    weights: pieceWeights(pieces, words),
    match(packed, sentences) {
      const opened = openStates(packed, sentences);
      if (!opened) return null;
      const bytesPerToken = dimensions / BITS;
      const rows: Float32Array[][] = opened.sentences.map(() => []);
      const passage: Float32Array[] = [];
      tables.forEach((table, layer) => {
        const best = new Float32Array(pieces.length).fill(-1);
        opened.sentences.forEach(({ from, count }, index) => {
          const row = new Float32Array(pieces.length).fill(-1);
          for (let token = from; token < from + count; token++) {
            matchToken(table, opened.signs, (layer * opened.tokens + token) * bytesPerToken, bytesPerToken, row);
          }
          for (let piece = 0; piece < row.length; piece++) best[piece] = Math.max(best[piece]!, row[piece]!);
          rows[index]!.push(row);
        });
        passage.push(best);
      });
      return { sentences: rows, passage };
    },
  };
}

/**
 * For every byte of signs a token can have, what it adds to the cosine with each piece: a byte's eight products are one
 * look-up. The signs of a unit vector are each 1/√dimensions long.
 */
function tablesOf(states: Float32Array, dimensions: number): Float32Array {
  const bytes = dimensions / BITS;
  const pieces = states.length / dimensions;
  const scale = 1 / Math.sqrt(dimensions);
  const tables = new Float32Array(pieces * bytes * VALUES);
  for (let piece = 0; piece < pieces; piece++) {
    for (let byte = 0; byte < bytes; byte++) {
      const from = piece * dimensions + byte * BITS;
      const table = (piece * bytes + byte) * VALUES;
      let none = 0;
      for (let bit = 0; bit < BITS; bit++) none -= states[from + bit]! * scale;
      tables[table] = none;
      // Each value is a smaller one with its highest bit added.
      for (let bit = 0; bit < BITS; bit++) {
        const gain = 2 * states[from + bit]! * scale;
        const high = 1 << bit;
        for (let value = 0; value < high; value++) tables[table + high + value] = tables[table + value]! + gain;
      }
    }
  }
  return tables;
}

/** Raises `row` to the cosines of each piece with one token's signs. */
function matchToken(tables: Float32Array, signs: Uint8Array, at: number, bytes: number, row: Float32Array): void {
  for (let piece = 0, table = 0; piece < row.length; piece++) {
    let cosine = 0;
    for (let byte = 0; byte < bytes; byte++, table += VALUES) cosine += tables[table + signs[at + byte]!]!;
    if (cosine > row[piece]!) row[piece] = cosine;
  }
}
