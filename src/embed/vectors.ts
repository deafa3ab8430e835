/** Sum of products; of two unit vectors, their cosine. @param at where `b` begins in a row of vectors */
export function dot(a: Float32Array, b: Float32Array, at = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[at + i]!;
  return sum;
}

/** Cosine of `a`, of unit length, and `b - mean`. @param at where `b` begins in a row of vectors */
export function cosineWithout(mean: Float32Array, a: Float32Array, b: Float32Array, at = 0): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const value = b[at + i]! - mean[i]!;
    sum += a[i]! * value;
    squares += value * value;
  }
  return squares === 0 ? 0 : sum / Math.sqrt(squares);
}
