import type { Embedding } from '../../src/store/embeddings.js';
import type { ArticleToStore, PassageToStore, VectorKind } from '../../src/store/store.js';

export const dimensions: number;
export const KIND: VectorKind;
export function vectorOf(text: string): Float32Array;
export function toStore(
  name: string,
  texts: readonly string[],
  fingerprint?: string,
): { article: ArticleToStore; passages: PassageToStore[]; embeddings: Embedding[] };
