import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Change } from './articles.js';
import type { Database } from './database.js';
import { isWhole, vectorOf, type EmbeddingRow } from './embeddings.js';
import type { Hit } from './exact.js';
import { vectorDamaged, type ArticleDamaged } from './failures.js';
import { sameKind, type LibraryRow, type VectorKind } from './library-row.js';
import { replaceFile } from './replace-file.js';
import { createGraphIndex, loadGraphIndex, type GraphIndex } from './vectors.js';

/** What the store has to say to whoever runs it. */
export interface StoreLog {
  info(message: string): void;
  warn(message: string): void;
}

/**
 * The vector index of the live passages, kept in step with the database, which holds the truth: labels are never given
 * twice and a label's vector never changes, so that whatever state the index is in, the difference of two sets of labels
 * brings it up to date. Its file is a cache; a search is right at every moment, with or without it.
 */
export interface LiveIndex {
  /** Vectors of live passages, nearest first. Sees what other processes wrote. */
  search(vector: Float32Array, k: number): Hit[];
  /** Takes note of a change this process made. */
  changed(change: Change): void;
  /** Loads the vectors of an edition that is not live yet, bit by bit; `replace` then puts them in place at once. */
  prepare(edition: number, kind: VectorKind): Promise<GraphIndex>;
  replace(prepared: GraphIndex): void;
  /** Vectors that are not in the graph yet. */
  waiting(): number;
  /** Resolves when every vector is in the graph: searches are right before, only slower. */
  settled(): Promise<void>;
  /** Settles (for up to `patienceMs`) and saves. Never fails: a file that cannot be written is said in the log. */
  close(patienceMs: number): Promise<void>;
}

/** A file that may stand as the index. The newest two are known, so that a kill between record and rename costs nothing. */
interface FileRecord extends VectorKind {
  readonly sha256: string;
}

interface VectorRow extends EmbeddingRow {
  readonly id: number;
}

/** Vectors put into the graph before other work gets its turn: about 8 ms. */
const SLICE = 6;

/** Vectors read before other work gets its turn: about 1 ms. */
const READ_SLICE = 200;

/** The file is written anew after this many changes, or a tenth of the index where that is more; what a kill leaves out is caught up. */
const SAVE_AFTER = 500;

/** Removed vectors are left in the graph up to this many, or as many as live ones where that is more. */
const REMOVED_LIMIT = 1_000;

export async function openLiveIndex(
  database: Database,
  library: LibraryRow,
  log: StoreLog,
  onDamage: (error: ArticleDamaged) => void,
  now: () => number,
): Promise<LiveIndex> {
  const file = join(dirname(database.file), 'index.hnsw');
  const liveLabels = database.statement<{ label: number }>(
    'SELECT DISTINCT vector_id AS label FROM passages WHERE edition = ?',
  );
  const read = database.statement<VectorRow>(
    'SELECT vectors.id AS id, vector, sentences, checksum FROM json_each(?) AS wanted JOIN vectors ON vectors.id = wanted.value ORDER BY 1',
  );
  const getRecords = database.statement<{ index_files: string }>('SELECT index_files FROM library');
  const setRecords = database.statement('UPDATE library SET index_files = ?');
  const owner = database.statement<{ title: string; public_id: string }>(
    'SELECT title, public_id FROM passages JOIN articles ON articles.id = article_id WHERE vector_id = ? LIMIT 1',
  );

  let index: GraphIndex;
  let kind: VectorKind | null;
  let generation = -1;
  /** Of `index.inserted`, what its file holds. */
  let saved = 0;
  let working: Promise<void> | undefined;
  let closed = false;
  /** Labels of damaged vectors: said once, and not read again with every change. */
  const damaged = new Set<number>();

  const records = () => JSON.parse(getRecords.get()!.index_files) as FileRecord[];
  const labelsIn = (edition: number) => liveLabels.all(edition).map(({ label }) => label);

  const addFromDatabase = (target: GraphIndex, labels: readonly number[]) => {
    const wanted = labels.filter((label) => !target.has(label) && !damaged.has(label));
    for (let from = 0; from < wanted.length; from += READ_SLICE) {
      for (const row of read.all(JSON.stringify(wanted.slice(from, from + READ_SLICE)))) {
        if (isWhole(row)) target.add(row.id, vectorOf(row.vector));
        else reportDamage(row.id);
      }
    }
  };

  const reportDamage = (label: number) => {
    damaged.add(label);
    const article = owner.get(label);
    if (article) onDamage(vectorDamaged(database, article.title, article.public_id));
  };

  /** Makes the index hold what the live edition holds. */
  const catchUp = () => {
    const state = database.read(() => ({ ...library.get(), labels: labelsIn(library.get().edition) }));
    if (!sameKind(state.kind, kind)) {
      kind = state.kind;
      index = createGraphIndex(kind?.dimensions ?? 1);
    }
    const live = new Set(state.labels);
    for (const label of [...index.labels()]) if (!live.has(label)) index.remove(label);
    addFromDatabase(index, state.labels);
    generation = state.generation;
    work();
  };

  const refresh = () => {
    if (library.get().generation !== generation) catchUp();
  };

  const prepare = async (edition: number, next: VectorKind): Promise<GraphIndex> => {
    const prepared = createGraphIndex(next.dimensions);
    // Read again: a reindex makes damaged vectors anew, under the same label.
    damaged.clear();
    const labels = labelsIn(edition);
    for (let from = 0; from < labels.length && !closed; from += READ_SLICE) {
      addFromDatabase(prepared, labels.slice(from, from + READ_SLICE));
      await nextTurn();
    }
    return prepared;
  };

  const replace = (prepared: GraphIndex) => {
    index = prepared;
    kind = library.get().kind;
    saved = 0;
    follow(catchUp);
  };

  /** What was committed is done, whatever reading it back meets: the next search tries again, and reports it. */
  const follow = (step: () => void) => {
    try {
      step();
    } catch (error) {
      generation = -1;
      log.warn(`The vector index could not follow a change: ${String(error)}`);
    }
  };

  /** Starts what is to be done in the background, unless it runs already. */
  const work = () => {
    if (closed || working || (index.waiting === 0 && !isCrowded())) return;
    working = tidy(() => closed).then(
      () => {
        working = undefined;
        work();
      },
      (error: unknown) => {
        working = undefined;
        // Such as a database that is gone: the next search meets it again, and reports it.
        log.warn(`The vector index could not be brought up to date: ${String(error)}`);
      },
    );
  };

  const tidy = async (stop: () => boolean) => {
    for (;;) {
      await nextTurn();
      if (stop()) return;
      if (index.waiting > 0) index.settle(SLICE);
      else if (index.inserted - saved >= Math.max(SAVE_AFTER, index.size / 10)) await save();
      else if (isCrowded()) await thinOut();
      else return;
    }
  };

  const isCrowded = () => index.removed > Math.max(REMOVED_LIMIT, index.size);

  const thinOut = async () => {
    const { edition, kind: live } = library.get();
    if (live) replace(await prepare(edition, live));
    log.info('The vector index is built anew: more was removed from it than is left.');
  };

  /** Written beside and renamed. The record comes first and keeps the file before it, so that a kill in between costs nothing. */
  const save = async () => {
    const [graph, inserted, kindThen] = [index, index.inserted, kind];
    if (!kindThen || graph.size === graph.waiting) return;
    const temporary = `${file}.tmp-${process.pid}-${randomUUID().slice(0, 8)}`;
    saved = inserted;
    try {
      await graph.save(temporary);
      const record: FileRecord = { sha256: await sha256(temporary), ...kindThen };
      database.write(() => setRecords.run(JSON.stringify([record, ...records().slice(0, 1)])));
      await replaceFile(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      log.warn(`The vector index could not be saved; the next start catches up: ${String(error)}`);
    }
  };

  const load = async (): Promise<GraphIndex> => {
    const state = library.get();
    kind = state.kind;
    if (!kind) return createGraphIndex(1);
    const isMissing = !statSync(file, { throwIfNoEntry: false });
    const known = records();
    if (isMissing && known.length === 0) return createGraphIndex(kind.dimensions);
    try {
      if (isMissing) throw new Error('the file is missing');
      const sum = await sha256(file);
      const record = known.find(({ sha256 }) => sha256 === sum);
      if (!record) throw new Error('the file is damaged, or belongs to another state of the database');
      if (!sameKind(record, kind)) throw new Error(`it holds vectors of "${record.fingerprint}"`);
      return await loadGraphIndex(file, kind.dimensions);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(
        `The vector index ${file} is built anew from the database: ${reason}. Questions are answered meanwhile.`,
      );
      return createGraphIndex(kind.dimensions);
    }
  };

  removeLeftovers(file);
  kind = null;
  index = await load();
  catchUp();

  return {
    search(vector, k) {
      refresh();
      return index.search(vector, k);
    },
    changed: ({ from, to, added, removed }) =>
      follow(() => {
        for (const label of added) damaged.delete(label);
        // Another process wrote in between, or the kind was decided just now: all is compared.
        if (from === generation && sameKind(library.get().kind, kind)) {
          for (const label of removed) index.remove(label);
          addFromDatabase(index, added);
          generation = to;
          work();
        } else {
          catchUp();
        }
      }),
    prepare,
    replace,
    waiting: () => index.waiting,
    async settled() {
      refresh();
      while (working) await working;
    },
    async close(patienceMs) {
      const deadline = now() + patienceMs;
      closed = true;
      await working;
      try {
        refresh();
        await tidy(() => now() > deadline);
        if (index.inserted > saved) await save();
      } catch (error) {
        log.warn(`The vector index could not be brought up to date before closing: ${String(error)}`);
      }
    },
  };
}

/** Temporary files of processes that are gone. */
function removeLeftovers(file: string): void {
  for (const name of readdirSync(dirname(file))) {
    const pid = new RegExp(`^${basename(file)}\\.tmp-(\\d+)-`).exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(dirname(file), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
