import hnswlib from 'hnswlib-node';
import { byRank, nearest, type Hit } from './exact.js';

/** Unit-length vectors by label, searched by cosine. */
export interface VectorIndex {
  readonly size: number;
  has(label: number): boolean;
  labels(): Iterable<number>;
  /** `vector` is of unit length, is kept, and must not change. A label always has the same vector: one that is there stays. */
  add(label: number, vector: Float32Array): void;
  /** A label that is not there is ignored. */
  remove(label: number): void;
  /** Up to `k` hits, best first. */
  search(vector: Float32Array, k: number): Hit[];
}

/**
 * An index that answers at once and grows in the background: vectors wait in an exact scan until `settle` has moved them
 * into the graph, and a search asks both. Removed vectors stay in the graph, unseen, until it is built anew.
 */
export interface GraphIndex extends VectorIndex {
  /** Vectors that are not in the graph yet. */
  readonly waiting: number;
  /** Vectors in the graph that were removed: they take room, and a search has to look past them. */
  readonly removed: number;
  /** Vectors put into the graph since it was made or loaded. */
  readonly inserted: number;
  /** Moves up to `count` waiting vectors into the graph, in the order they came; about a millisecond each. */
  settle(count: number): void;
  /** Writes the graph (not what waits) to `file` on another thread; until it is done nothing may be settled. */
  save(file: string): Promise<void>;
}

/** Links of a vector. hnswlib's advice for some hundred dimensions; more gain little recall and take memory and time. */
const LINKS = 16;

/** Candidates looked at while a vector is linked: the graph's quality against the time that takes. */
const BUILD_CANDIDATES = 200;

/** Candidates kept in a search, at least; and twice the hits wanted. Finds over 0.99 of the true 64 nearest (test/store/vectors). */
const SEARCH_CANDIDATES = 128;

/**
 * Candidates kept, for each square root of the vectors that are searched. Of the true ten nearest of 100,000 made-up vectors
 * (bench/vectors.mjs) 128 candidates find 0.942, 512 find 0.989 and 768 find 0.994, in 0.6, 1.7 and 2.3 ms.
 */
const CANDIDATES_BY_ROOT = 2;

/** Room in a new graph; it doubles when full. */
const FIRST_CAPACITY = 1_024;

export function createGraphIndex(dimensions: number): GraphIndex {
  const graph = new hnswlib.HierarchicalNSW('ip', dimensions);
  graph.initIndex(FIRST_CAPACITY, LINKS, BUILD_CANDIDATES);
  return wrap(graph);
}

/**
 * Reads what `save` wrote for the same dimensions. Compare the file's checksum first: hnswlib trusts what it reads.
 * @throws Error when the file is no graph
 */
export async function loadGraphIndex(file: string, dimensions: number): Promise<GraphIndex> {
  const graph = new hnswlib.HierarchicalNSW('ip', dimensions);
  await graph.readIndex(file);
  return wrap(graph);
}

function wrap(graph: hnswlib.HierarchicalNSW): GraphIndex {
  const settled = new Set(graph.getIdsList());
  const removed = new Set<number>();
  const waiting = new Map<number, Float32Array>();
  let inserted = 0;

  const searchGraph = (vector: Float32Array, k: number): Hit[] => {
    if (settled.size === 0) return [];
    const point = Array.from(vector);
    // Where removed vectors crowd the hits out, ask for more.
    for (let asked = k; ; asked *= 2) {
      const count = Math.min(asked, settled.size);
      graph.setEf(Math.max(2 * count, SEARCH_CANDIDATES, Math.ceil(CANDIDATES_BY_ROOT * Math.sqrt(settled.size))));
      const { neighbors, distances } = graph.searchKnn(point, count);
      const hits = neighbors
        .map((label, i) => ({ label, similarity: 1 - distances[i]! }))
        .filter(({ label }) => !removed.has(label));
      if (hits.length >= k || count === settled.size) return hits.slice(0, k);
    }
  };

  return {
    get size() {
      return settled.size - removed.size + waiting.size;
    },
    get waiting() {
      return waiting.size;
    },
    get removed() {
      return removed.size;
    },
    get inserted() {
      return inserted;
    },
    has: (label) => waiting.has(label) || (settled.has(label) && !removed.has(label)),
    *labels() {
      for (const label of settled) if (!removed.has(label)) yield label;
      yield* waiting.keys();
    },
    add(label, vector) {
      if (settled.has(label)) removed.delete(label);
      else waiting.set(label, vector);
    },
    remove(label) {
      if (settled.has(label)) removed.add(label);
      else waiting.delete(label);
    },
    search(vector, k) {
      if (k <= 0) return [];
      return [...searchGraph(vector, k), ...nearest(waiting, vector, k)].sort(byRank).slice(0, k);
    },
    settle(count) {
      let left = count;
      for (const [label, vector] of waiting) {
        if (left-- <= 0) break;
        if (graph.getCurrentCount() === graph.getMaxElements()) graph.resizeIndex(2 * graph.getMaxElements());
        graph.addPoint(Array.from(vector), label);
        waiting.delete(label);
        settled.add(label);
        inserted++;
      }
    },
    async save(file) {
      await graph.writeIndex(file);
    },
  };
}
