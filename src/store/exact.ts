/** A vector that was found. */
export interface Hit {
  readonly label: number;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

/** Compares with every vector and gives the `k` nearest, best first: about a millisecond for 1,000 of 384 dimensions. */
export function nearest(vectors: ReadonlyMap<number, Float32Array>, vector: Float32Array, k: number): Hit[] {
  if (k <= 0) return [];
  const best: Hit[] = [];
  for (const [label, other] of vectors) {
    const similarity = dot(vector, other);
    if (best.length === k && similarity < best[k - 1]!.similarity) continue;
    const hit = { label, similarity };
    let place = best.length;
    while (place > 0 && byRank(hit, best[place - 1]!) < 0) place--;
    best.splice(place, 0, hit);
    if (best.length > k) best.pop();
  }
  return best;
}

/** Best first; equal ones by label, so that the order does not depend on how they were found. */
export function byRank(a: Hit, b: Hit): number {
  return b.similarity - a.similarity || a.label - b.label;
}

/** Cosine of two vectors of unit length. Four sums at once: with a single one each addition waits for the one before. */
function dot(a: Float32Array, b: Float32Array): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + s2 + s3;
}
