/**
 * Token states, packed for keeping: of each centred state only the signs, a bit a dimension (one part in 32 of the floats;
 * what that costs in quality is in docs/quality.md).
 *
 * Layout: a little-endian 16-bit number of tokens for each sentence, then layer by layer and token by token
 * `dimensions / 8` bytes, bit i of byte b being dimension 8b + i.
 */

/** Where the states of one sentence begin, in tokens, and how many there are. */
export interface SentenceTokens {
  readonly from: number;
  readonly count: number;
}

/** Packed states, opened for reading. */
export interface TokenStates {
  readonly sentences: readonly SentenceTokens[];
  /** Tokens in all, a layer. */
  readonly tokens: number;
  /** Signs: layer by layer, token by token. */
  readonly signs: Uint8Array;
}

const COUNT_BYTES = 2;

/**
 * @param layers token states a layer, rows of `dimensions`
 * @param ranges rows of each sentence, the same in every layer
 * @param means taken off each layer's states
 */
export function packStates(
  layers: readonly Float32Array[],
  ranges: readonly { readonly from: number; readonly to: number }[],
  means: readonly Float32Array[],
): Uint8Array {
  const dimensions = means[0]?.length ?? 0;
  const bytesPerToken = dimensions / 8;
  const tokens = ranges.reduce((sum, { from, to }) => sum + (to - from), 0);
  const packed = new Uint8Array(ranges.length * COUNT_BYTES + layers.length * tokens * bytesPerToken);
  ranges.forEach(({ from, to }, index) => {
    packed[index * COUNT_BYTES] = (to - from) & 0xff;
    packed[index * COUNT_BYTES + 1] = (to - from) >> 8;
  });
  let at = ranges.length * COUNT_BYTES;
  layers.forEach((states, layer) => {
    const mean = means[layer]!;
    for (const { from, to } of ranges) {
      for (let row = from; row < to; row++) {
        for (let b = 0; b < bytesPerToken; b++) {
          let byte = 0;
          for (let bit = 0; bit < 8; bit++) {
            const i = 8 * b + bit;
            if (states[row * dimensions + i]! > mean[i]!) byte |= 1 << bit;
          }
          packed[at++] = byte;
        }
      }
    }
  });
  return packed;
}

/** @param sentences how many there are; with nothing packed, null */
export function openStates(packed: Uint8Array, sentences: number): TokenStates | null {
  if (packed.length <= sentences * COUNT_BYTES) return null;
  const places: SentenceTokens[] = [];
  let tokens = 0;
  for (let index = 0; index < sentences; index++) {
    const count = packed[index * COUNT_BYTES]! | (packed[index * COUNT_BYTES + 1]! << 8);
    places.push({ from: tokens, count });
    tokens += count;
  }
  return { sentences: places, tokens, signs: packed.subarray(sentences * COUNT_BYTES) };
}
