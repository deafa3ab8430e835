import { FootnoteError } from '../errors.js';
import type { Database } from './database.js';

/** A model's vectors: what they may be compared with, and how long they are. */
export interface VectorKind {
  /** Names model and method. */
  readonly fingerprint: string;
  readonly dimensions: number;
}

/** The state of the whole library; one row. */
export interface LibraryState {
  /** Grows with every change of what can be found. */
  readonly generation: number;
  /** Milliseconds since 1970; null before the first change. */
  readonly changedAt: number | null;
  readonly edition: number;
  /** Kind of the live vectors; null before the first article. */
  readonly kind: VectorKind | null;
  /** The reindex under way, or cut off. */
  readonly next: { readonly edition: number; readonly kind: VectorKind; readonly startedAt: number } | null;
}

export interface LibraryRow {
  get(): LibraryState;
  /** Counts a change of what can be found; inside its transaction. Returns the new generation. */
  advance(): number;
  /** Gives an empty library its kind of vectors. @throws bad-config when it has another */
  adopt(kind: VectorKind): void;
  plan(next: LibraryState['next']): void;
  /** Makes the next edition the live one; inside the transaction that checked it. */
  switchEdition(): void;
}

interface Row {
  readonly generation: number;
  readonly changed_at: number | null;
  readonly edition: number;
  readonly fingerprint: string | null;
  readonly dimensions: number | null;
  readonly next_edition: number | null;
  readonly next_fingerprint: string | null;
  readonly next_dimensions: number | null;
  readonly next_started_at: number | null;
}

export function libraryRow(database: Database, now: () => number): LibraryRow {
  const select = database.statement<Row>(
    `SELECT generation, changed_at, edition, fingerprint, dimensions, next_edition, next_fingerprint, next_dimensions, next_started_at FROM library`,
  );
  const advance = database.statement('UPDATE library SET generation = generation + 1, changed_at = ?');
  const adopt = database.statement('UPDATE library SET fingerprint = ?, dimensions = ?');
  const plan = database.statement(
    'UPDATE library SET next_edition = ?, next_fingerprint = ?, next_dimensions = ?, next_started_at = ?',
  );
  const switchEdition = database.statement(
    `UPDATE library SET edition = next_edition, fingerprint = next_fingerprint, dimensions = next_dimensions,
       next_edition = NULL, next_fingerprint = NULL, next_dimensions = NULL, next_started_at = NULL`,
  );
  const anyPassage = database.statement('SELECT 1 FROM passages LIMIT 1');

  const get = (): LibraryState => {
    const row = select.get()!;
    return {
      generation: row.generation,
      changedAt: row.changed_at,
      edition: row.edition,
      kind: kindOf(row.fingerprint, row.dimensions),
      next:
        row.next_edition === null
          ? null
          : {
              edition: row.next_edition,
              kind: kindOf(row.next_fingerprint, row.next_dimensions)!,
              startedAt: row.next_started_at!,
            },
    };
  };

  return {
    get,
    advance() {
      advance.run(now());
      return get().generation;
    },
    adopt(kind) {
      database.write(() => {
        const { kind: live } = get();
        if (live && sameKind(live, kind)) return;
        if (live && anyPassage.get()) throw otherKind(live, kind.fingerprint);
        adopt.run(kind.fingerprint, kind.dimensions);
        advance.run(now());
      });
    },
    plan: (next) =>
      void plan.run(
        next?.edition ?? null,
        next?.kind.fingerprint ?? null,
        next?.kind.dimensions ?? null,
        next?.startedAt ?? null,
      ),
    switchEdition: () => void switchEdition.run(),
  };
}

export function sameKind(a: VectorKind | null, b: VectorKind | null): boolean {
  return a?.fingerprint === b?.fingerprint && a?.dimensions === b?.dimensions;
}

/** Vectors of one model asked for, or put, where the library holds another's. */
export function otherKind(live: VectorKind, asked: string): FootnoteError {
  return new FootnoteError(
    'bad-config',
    `The library holds vectors of "${live.fingerprint}", not of "${asked}". Run "footnote reindex", or set EMBEDDING_MODEL back.`,
  );
}

function kindOf(fingerprint: string | null, dimensions: number | null): VectorKind | null {
  return fingerprint === null || dimensions === null ? null : { fingerprint, dimensions };
}
