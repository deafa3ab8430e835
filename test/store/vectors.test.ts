import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/store/exact.js';
import { createGraphIndex, loadGraphIndex, type GraphIndex, type VectorIndex } from '../../src/store/vectors.js';
import { temporaryFolder } from './fixture.js';

const DIMENSIONS = 8;

/** What every index does; the exact scan says what is right. */
function exactIndex(): VectorIndex {
  const vectors = new Map<number, Float32Array>();
  return {
    get size() {
      return vectors.size;
    },
    has: (label) => vectors.has(label),
    labels: () => vectors.keys(),
    add: (label, vector) => void vectors.set(label, vector),
    remove: (label) => void vectors.delete(label),
    search: (vector, k) =>
      [...vectors]
        .map(([label, other]) => ({ label, similarity: other.reduce((sum, x, i) => sum + x * vector[i]!, 0) }))
        .sort((a, b) => b.similarity - a.similarity || a.label - b.label)
        .slice(0, k),
  };
}

/** A graph that has settled after every vector, or never. */
function graphIndex(settle: boolean): VectorIndex {
  const graph = createGraphIndex(DIMENSIONS);
  return {
    get size() {
      return graph.size;
    },
    has: graph.has.bind(graph),
    labels: graph.labels.bind(graph),
    remove: graph.remove.bind(graph),
    search: graph.search.bind(graph),
    add(label, vector) {
      graph.add(label, vector);
      if (settle) graph.settle(1);
    },
  };
}

function indexContract(name: string, create: () => VectorIndex) {
  describe(name, () => {
    it('is empty at first', () => {
      const index = create();
      expect(index.size).toBe(0);
      expect(index.search(axis(0), 5)).toEqual([]);
    });

    it('gives the nearest first, with their cosines', () => {
      const index = create();
      index.add(3, axis(0));
      index.add(9, unit([1, 1]));
      index.add(4, axis(1));
      const hits = index.search(axis(0), 2);
      expect(hits.map(({ label }) => label)).toEqual([3, 9]);
      expect(hits[0]!.similarity).toBeCloseTo(1, 6);
      expect(hits[1]!.similarity).toBeCloseTo(Math.SQRT1_2, 6);
    });

    it('forgets what is removed, and takes it back', () => {
      const index = create();
      index.add(1, axis(0));
      index.add(2, axis(1));
      index.remove(1);
      index.remove(7);
      expect(index.search(axis(0), 5).map(({ label }) => label)).toEqual([2]);
      expect([index.size, index.has(1), [...index.labels()]]).toEqual([1, false, [2]]);
      index.add(1, axis(0));
      expect(index.search(axis(0), 5).map(({ label }) => label)).toEqual([1, 2]);
    });

    it('orders equal vectors by label', () => {
      const index = create();
      for (const label of [5, 2, 8]) index.add(label, axis(2));
      expect(index.search(axis(2), 3).map(({ label }) => label)).toEqual([2, 5, 8]);
    });

    it('gives all there is where more is asked for, and nothing for none', () => {
      const index = create();
      for (let label = 1; label <= 20; label++) index.add(label, random(label));
      expect(index.search(axis(0), 1_000)).toHaveLength(20);
      expect(index.search(axis(0), 0)).toEqual([]);
    });

    it('agrees with the exact scan, whatever is added and removed', () => {
      const step = fc.record({ add: fc.boolean(), label: fc.integer({ min: 1, max: 40 }) });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 120 }), fc.integer(), (steps, seed) => {
          const [index, exact] = [create(), exactIndex()];
          for (const { add, label } of steps) {
            for (const one of [index, exact]) {
              if (add) one.add(label, random(label));
              else one.remove(label);
            }
          }
          expect(index.size).toBe(exact.size);
          const hits = index.search(random(seed), 10);
          const expected = exact.search(random(seed), 10);
          expect(hits.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
          hits.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i]!.similarity, 5));
        }),
        { numRuns: 200 },
      );
    });
  });
}

indexContract('exact scan', exactIndex);
indexContract('graph, settled', () => graphIndex(true));
indexContract('graph, all waiting', () => graphIndex(false));

describe('graph', () => {
  it('finds 0.99 of the true 64 nearest among 4,000 in clusters, also where half were removed', () => {
    const dimensions = 64;
    const vectors = clustered(4_000, dimensions);
    const graph = createGraphIndex(dimensions);
    for (const [label, vector] of vectors) graph.add(label, vector);
    graph.settle(4_000);
    expect(graph.waiting).toBe(0);
    const queries = [...clustered(40, dimensions, 7).values()];
    expect(recall(graph, vectors, queries)).toBeGreaterThanOrEqual(0.99);

    for (const label of [...vectors.keys()].filter((label) => label % 2 === 0)) {
      vectors.delete(label);
      graph.remove(label);
    }
    expect(recall(graph, vectors, queries)).toBeGreaterThanOrEqual(0.99);
  });

  it('grows beyond its first room', () => {
    const graph = createGraphIndex(DIMENSIONS);
    for (let label = 1; label <= 3_000; label++) graph.add(label, random(label));
    graph.settle(3_000);
    expect([graph.size, graph.waiting, graph.inserted]).toEqual([3_000, 0, 3_000]);
    expect(graph.search(random(2_999), 1)[0]!.label).toBe(2_999);
  });

  it('saves what has settled, and loads it', async () => {
    const file = join(temporaryFolder(), 'index.hnsw');
    const graph = createGraphIndex(DIMENSIONS);
    for (let label = 1; label <= 50; label++) graph.add(label, random(label));
    graph.settle(30);
    graph.remove(3);
    await graph.save(file);
    const loaded = await loadGraphIndex(file, DIMENSIONS);
    // What was removed is in the file still: the database says what is live.
    expect([...loaded.labels()].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(loaded.search(random(3), 1)[0]!.label).toBe(3);
    loaded.add(31, random(31));
    loaded.settle(1);
    expect(loaded.search(random(31), 1)[0]!.label).toBe(31);
  });

  it('refuses what is no graph', async () => {
    const file = join(temporaryFolder(), 'index.hnsw');
    writeFileSync(file, 'no graph at all, but long enough for a header to be read out of it'.repeat(3));
    await expect(loadGraphIndex(file, DIMENSIONS)).rejects.toThrow();
  });
});

function recall(
  graph: GraphIndex,
  vectors: ReadonlyMap<number, Float32Array>,
  queries: readonly Float32Array[],
): number {
  let found = 0;
  let all = 0;
  for (const query of queries) {
    const truth = new Set(nearest(vectors, query, 64).map(({ label }) => label));
    found += graph.search(query, 64).filter(({ label }) => truth.has(label)).length;
    all += truth.size;
  }
  return found / all;
}

/** Vectors around 50 centres, as passages are around their subjects. */
function clustered(count: number, dimensions: number, seed = 1): Map<number, Float32Array> {
  const centres = Array.from({ length: 50 }, (_, i) => random(1_000_000 + i, dimensions));
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const noise = random(seed * 100_000 + i, dimensions);
      return [i + 1, unit(centres[i % 50]!.map((x, d) => x + 0.7 * noise[d]!))] as const;
    }),
  );
}

function axis(index: number): Float32Array {
  return Float32Array.from({ length: DIMENSIONS }, (_, i) => (i === index ? 1 : 0));
}

function unit(components: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from({ length: Math.max(components.length, DIMENSIONS) }, (_, i) => components[i] ?? 0);
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

/** The same vector for the same seed. */
function random(seed: number, dimensions = DIMENSIONS): Float32Array {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0;
  return unit(
    Array.from({ length: dimensions }, () => {
      state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x6d2b79f5) >>> 0;
      return state / 2 ** 32 - 0.5;
    }),
  );
}
