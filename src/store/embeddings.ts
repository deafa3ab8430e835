import { setImmediate as nextTurn } from 'node:timers/promises';
import { FootnoteError } from '../errors.js';
import { checksum } from './checksum.js';
import type { Database } from './database.js';
import type { LibraryRow } from './library-row.js';

/** What one pass of the model over a passage gave, under the hash of what it was given. */
export interface Embedding {
  /** Of the text with its context and the fingerprint: equal hashes, equal vectors. */
  readonly hash: string;
  /** Unit length. */
  readonly vector: Float32Array;
  /** One unit-length vector per sentence, one after the other. Kept in eight bits a component: cosines move by 0.0005. */
  readonly sentences: Float32Array;
  /** Packed token states, kept as they are; may be empty. */
  readonly states: Uint8Array;
}

/** The vectors of passages, kept by content: a passage that appears again is not embedded again. */
export interface Embeddings {
  /** Those of `hashes` that have no vector yet, or one that is damaged; each once. */
  missing(hashes: readonly string[]): string[];
  /**
   * Keeps vectors, durably, before the articles that need them: a bulk add that is cut off does not compute them twice.
   * Replaces a damaged one.
   */
  put(fingerprint: string, embeddings: readonly Embedding[]): void;
  /**
   * Deletes all vectors that no passage has and that are older than `olderThanMs` (default a day), bit by bit between other
   * work; none while a reindex is under way, which may need them. Returns how many.
   */
  collectGarbage(olderThanMs?: number): Promise<number>;
}

/** A row as it is read; `checkEmbedding` says whether it is what was written. */
export interface EmbeddingRow {
  readonly vector: Uint8Array;
  readonly sentences: Uint8Array;
  readonly checksum: number;
}

/** Vectors wait this long for the article they were made for. */
const DAY_MS = 86_400_000;

/** Vectors looked at before other work gets its turn: a few milliseconds, also where all of them are deleted. */
const GARBAGE_SLICE = 200;

const INT8_MAX = 127;

export function embeddings(
  database: Database,
  library: LibraryRow,
  now: () => number,
  isClosed: () => boolean,
): Embeddings {
  const select = database.statement<EmbeddingRow & StatesRow & { hash: string }>(
    'SELECT hash, vector, sentences, checksum, states, states_checksum FROM json_each(?) AS wanted JOIN vectors ON hash = wanted.value',
  );
  const upsert = database.statement(
    `INSERT INTO vectors (hash, fingerprint, vector, sentences, checksum, made_at, states, states_checksum)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (hash) DO UPDATE SET vector = excluded.vector, sentences = excluded.sentences, checksum = excluded.checksum,
       states = excluded.states, states_checksum = excluded.states_checksum`,
  );
  const endOfSlice = database.statement<{ last: number | null }>(
    'SELECT max(id) AS last FROM (SELECT id FROM vectors WHERE id > ? ORDER BY id LIMIT ?)',
  );
  // Asked in this order: the time lies behind the vector, on another page.
  const collect = database.statement(
    `DELETE FROM vectors WHERE id > ? AND id <= ?
       AND CASE WHEN EXISTS (SELECT 1 FROM passages WHERE vector_id = vectors.id) THEN 0 ELSE made_at <= ? END`,
  );
  return {
    missing(hashes) {
      const left = new Set(hashes);
      for (const row of select.all(JSON.stringify([...left])))
        if (isWhole(row) && areStatesWhole(row)) left.delete(row.hash);
      return [...left];
    },
    put(fingerprint, batch) {
      database.write(() => {
        for (const { hash, vector, sentences, states } of batch) {
          if (vector.length === 0 || sentences.length % vector.length !== 0) {
            throw new FootnoteError(
              'internal',
              `Sentence vectors (${sentences.length}) do not fit ${vector.length} dimensions.`,
            );
          }
          const bytes = asBytes(vector);
          const packed = pack(sentences, vector.length);
          upsert.run(hash, fingerprint, bytes, packed, checksum(bytes, packed), now(), states, checksum(states));
        }
      });
    },
    async collectGarbage(olderThanMs = DAY_MS) {
      let deleted = 0;
      for (let after: number | null = 0; after !== null;) {
        const from: number = after;
        after = database.write(() => {
          const last = library.get().next ? null : endOfSlice.get(from, GARBAGE_SLICE)!.last;
          if (last !== null) deleted += collect.run(from, last, now() - olderThanMs).changes;
          return last;
        });
        await nextTurn();
        if (isClosed()) break;
      }
      return deleted;
    },
  };
}

/** Token states as they are read. */
export interface StatesRow {
  readonly states: Uint8Array;
  readonly states_checksum: number;
}

export function areStatesWhole(row: StatesRow): boolean {
  return checksum(row.states) === row.states_checksum;
}

export function isWhole(row: EmbeddingRow): boolean {
  return checksum(row.vector, row.sentences) === row.checksum;
}

/** The vector of a row, aligned. */
export function vectorOf(bytes: Uint8Array): Float32Array {
  const size = Float32Array.BYTES_PER_ELEMENT;
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, bytes.byteLength / size);
}

export function asBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** Sentence vectors in a quarter of the room: the scales of all, then the components of all. */
function pack(sentences: Float32Array, dimensions: number): Uint8Array {
  const count = sentences.length / dimensions;
  const scales = new Float32Array(count);
  const components = new Int8Array(sentences.length);
  for (let s = 0; s < count; s++) {
    const sentence = sentences.subarray(s * dimensions, (s + 1) * dimensions);
    let largest = 0;
    for (const component of sentence) largest = Math.max(largest, Math.abs(component));
    scales[s] = largest / INT8_MAX;
    const factor = largest === 0 ? 0 : INT8_MAX / largest;
    for (let i = 0; i < dimensions; i++) components[s * dimensions + i] = Math.round(sentence[i]! * factor);
  }
  const packed = new Uint8Array(scales.byteLength + components.byteLength);
  packed.set(asBytes(scales));
  packed.set(new Uint8Array(components.buffer), scales.byteLength);
  return packed;
}

/** What `pack` was given, each component to within 1/254 of the sentence's largest. */
export function unpack(packed: Uint8Array, dimensions: number): Float32Array {
  const count = packed.byteLength / (Float32Array.BYTES_PER_ELEMENT + dimensions);
  const scales = vectorOf(packed.subarray(0, count * Float32Array.BYTES_PER_ELEMENT));
  const components = new Int8Array(packed.buffer, packed.byteOffset + scales.byteLength, count * dimensions);
  const sentences = new Float32Array(components.length);
  for (let s = 0, i = 0; s < count; s++) {
    const scale = scales[s]!;
    for (const end = (s + 1) * dimensions; i < end; i++) sentences[i] = components[i]! * scale;
  }
  return sentences;
}
