/** Sum of products; of two unit vectors, their cosine. @param at where `b` begins in a row of vectors */
export function dot(a: Float32Array, b: Float32Array, at = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[at + i]!;
  return sum;
}
