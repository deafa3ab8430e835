import type { WeightedWord } from './retrieve.js';
import { wordSpans } from './terms.js';
import { interrogatives } from './wanted.js';

/** What the model's vocabulary puts where a word begins. */
const WORD_START = '▁';
/** Goes on with a word, in WordPiece vocabularies. */
const CONTINUED = '##';

/**
 * What stop words and punctuation count against the rarest word of a question. Not nothing: "who" and "how many" pull
 * towards the sentences that answer such questions.
 */
const COMMON_WEIGHT = 0.1;

/** A question's pieces by what they are worth; each row adds up to 1. */
export interface PieceWeights {
  /** As much as the word is rare that the piece is part of. */
  readonly rarity: Float32Array;
  /** The interrogatives alone ("who", "how many"); all pieces alike where there is none. */
  readonly asking: Float32Array;
  /** As much as `values` says of the word that the piece is part of. */
  by(values: ReadonlyMap<string, number>): Float32Array;
}

/** @param pieces as the model's tokenizer made them */
export function pieceWeights(pieces: readonly string[], words: readonly WeightedWord[]): PieceWeights {
  const spelled = pieces.map((piece) =>
    piece.startsWith(CONTINUED) ? piece.slice(CONTINUED.length) : piece.replaceAll(WORD_START, ' '),
  );
  const text = spelled.join('');
  const spans = wordSpans(text);
  const rarities = new Map(words.map((word) => [word.text, word.rarity]));
  const least = COMMON_WEIGHT * Math.max(1e-6, ...rarities.values());
  const by = (values: ReadonlyMap<string, number>): Float32Array => {
    const characters = new Float32Array(text.length).fill(least);
    for (const { word, start, end } of spans) {
      const value = values.get(word);
      if (value === undefined) continue;
      for (let at = start; at < end; at++) characters[at] = Math.max(characters[at]!, value);
    }
    return byPiece(spelled, text, characters);
  };
  const asking = new Float32Array(text.length);
  for (const { start, end } of interrogatives(text)) asking.fill(1, start, end);
  return { rarity: by(rarities), asking: byPiece(spelled, text, asking), by };
}

/** The largest value of each piece's characters; all alike where every one is 0. */
function byPiece(spelled: readonly string[], text: string, values: Float32Array): Float32Array {
  const weights = new Float32Array(spelled.length);
  let from = 0;
  let sum = 0;
  spelled.forEach((piece, index) => {
    let weight = 0;
    for (let at = from; at < from + piece.length; at++) if (text[at] !== ' ') weight = Math.max(weight, values[at]!);
    weights[index] = weight;
    sum += weight;
    from += piece.length;
  });
  return sum > 0 ? weights.map((weight) => weight / sum) : weights.fill(1 / weights.length);
}
