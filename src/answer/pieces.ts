import type { WeightedWord } from './retrieve.js';
import { wordSpans } from './terms.js';

/** What the model's vocabulary puts where a word begins. */
const WORD_START = '▁';
/** Goes on with a word, in WordPiece vocabularies. */
const CONTINUED = '##';

/**
 * What stop words and punctuation count against the rarest word of a question. Not nothing: "who" and "how many" pull
 * towards the sentences that answer such questions.
 */
const COMMON_WEIGHT = 0.1;

/**
 * How much each piece of a question counts: as much as the word is rare that it is part of.
 *
 * @param pieces as the model's tokenizer made them
 * @returns weights that add up to 1
 */
export function pieceWeights(pieces: readonly string[], words: readonly WeightedWord[]): Float32Array {
  const spelled = pieces.map((piece) =>
    piece.startsWith(CONTINUED) ? piece.slice(CONTINUED.length) : piece.replaceAll(WORD_START, ' '),
  );
  const text = spelled.join('');
  const rarities = new Map(words.map((word) => [word.text, word.rarity]));
  const rarest = Math.max(1e-6, ...rarities.values());
  const characters = new Float32Array(text.length).fill(COMMON_WEIGHT * rarest);
  for (const { word, start, end } of wordSpans(text)) {
    const rarity = rarities.get(word);
    if (rarity === undefined) continue;
    for (let at = start; at < end; at++) characters[at] = Math.max(characters[at]!, rarity);
  }
  const weights = new Float32Array(pieces.length);
  let from = 0;
  let sum = 0;
  spelled.forEach((piece, index) => {
    let weight = 0;
    for (let at = from; at < from + piece.length; at++)
      if (text[at] !== ' ') weight = Math.max(weight, characters[at]!);
    weights[index] = weight;
    sum += weight;
    from += piece.length;
  });
  if (sum > 0) for (let index = 0; index < weights.length; index++) weights[index]! /= sum;
  return weights;
}
