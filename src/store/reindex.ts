import { setImmediate as nextTurn } from 'node:timers/promises';
import { FootnoteError } from '../errors.js';
import type { Cuts, PassageToStore } from './cuts.js';
import type { Database } from './database.js';
import { sameKind, type LibraryRow, type LibraryState, type VectorKind } from './library-row.js';
import type { LiveIndex } from './live-index.js';

export interface ReindexState {
  readonly kind: VectorKind;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Articles that are ready for the switch. */
  readonly staged: number;
}

/**
 * A new edition of the library, filled beside the live one and switched to in one transaction. A kill at any moment leaves
 * either the old edition (and a reindex that goes on where it stopped) or the new one. Articles may be added, updated and
 * removed meanwhile: those are staged again before the switch.
 *
 *     await reindex.begin(kind);
 *     do for (const id of reindex.pending(cutting)) reindex.stage(id, …); while (!(await reindex.finish(cutting)));
 */
export interface Reindex {
  /** The reindex under way, here or in another process, or cut off; null without. */
  state(): ReindexState | null;
  /** Starts, or goes on with one of the same kind; one of another kind is dropped. */
  begin(kind: VectorKind): Promise<void>;
  /** Ids of articles that are not staged as cut by the rules `cutting`. */
  pending(cutting: string): string[];
  /**
   * Stores an article's passages in the coming edition; their vectors are there already.
   * @param contentHash of the text that was cut: false, and nothing stored, when the article is another by now, or gone
   */
  stage(id: string, contentHash: string, cutting: string, passages: readonly PassageToStore[]): boolean;
  /**
   * Takes an article over as it is, which cannot be cut anew because its text is damaged: its passages, or none where they
   * are of another kind. An article that is gone is passed over.
   */
  keep(id: string, cutting: string): void;
  /** Switches. False when articles are pending; after true, what is left of the old edition is gone too. */
  finish(cutting: string): Promise<boolean>;
  /** Drops what was staged; vectors are kept for a day. */
  cancel(): Promise<void>;
}

/** Articles whose old passages are deleted before other work gets its turn: some milliseconds. */
const SWEEP_SLICE = 4;

export interface ReindexParts extends Reindex {
  /** Deletes, bit by bit, passages of editions that are neither live nor coming: what a switch or a kill left. */
  sweep(): Promise<void>;
}

export function reindex(
  database: Database,
  library: LibraryRow,
  cuts: Cuts,
  index: LiveIndex,
  now: () => number,
  isClosed: () => boolean,
): ReindexParts {
  const countStaged = database.statement<{ count: number }>('SELECT count(*) AS count FROM cuts WHERE edition = ?');
  const selectPending = database.statement<{ public_id: string }>(
    `SELECT public_id FROM articles LEFT JOIN cuts ON article_id = articles.id AND edition = ?
     WHERE cutting IS NOT ? ORDER BY articles.id LIMIT ?`,
  );
  const find = database.statement<{ id: number; content_hash: string }>(
    'SELECT id, content_hash FROM articles WHERE public_id = ?',
  );
  const leftovers = database.statement<{ article_id: number; edition: number }>(
    'SELECT article_id, edition FROM cuts WHERE edition IS NOT ? AND edition IS NOT ? LIMIT ?',
  );

  const leftBehind = () => {
    const { edition, next } = library.get();
    return leftovers.all(edition, next?.edition ?? null, SWEEP_SLICE);
  };

  const sweep = async () => {
    // Looked for first without the right to write, which another process may have for long.
    while (!isClosed() && database.read(leftBehind).length > 0) {
      database.write(() => {
        for (const cut of leftBehind()) cuts.remove(cut.article_id, cut.edition);
      });
      await nextTurn();
    }
  };

  const coming = (): NonNullable<LibraryState['next']> => {
    const { next } = library.get();
    if (!next) throw new FootnoteError('busy', 'This reindex was ended by another process. Look at "footnote status".');
    return next;
  };

  const pending = (cutting: string, limit: number) =>
    selectPending.all(coming().edition, cutting, limit).map(({ public_id }) => public_id);

  return {
    state: () =>
      database.read(() => {
        const { next } = library.get();
        if (!next) return null;
        const { kind, startedAt, edition } = next;
        return { kind, startedAt: new Date(startedAt).toISOString(), staged: countStaged.get(edition)!.count };
      }),

    async begin(kind) {
      const { next } = library.get();
      if (next && sameKind(next.kind, kind)) return;
      if (next) library.plan(null);
      await sweep();
      database.write(() => {
        const { edition, next: other } = library.get();
        if (!other) library.plan({ edition: edition + 1, kind, startedAt: now() });
      });
    },

    pending: (cutting) => database.read(() => pending(cutting, -1)),

    stage: (id, contentHash, cutting, passages) =>
      database.write(() => {
        const { edition, kind } = coming();
        const article = find.get(id);
        if (article?.content_hash !== contentHash) return false;
        cuts.remove(article.id, edition);
        cuts.write(article.id, edition, kind, cutting, passages);
        return true;
      }),

    keep: (id, cutting) =>
      database.write(() => {
        const { edition, kind } = coming();
        const { edition: live, kind: liveKind } = library.get();
        const article = find.get(id);
        if (!article) return;
        cuts.remove(article.id, edition);
        if (sameKind(liveKind, kind)) cuts.copy(article.id, live, cutting);
        else cuts.write(article.id, edition, kind, cutting, []);
      }),

    async finish(cutting) {
      const { edition, kind } = coming();
      if (pending(cutting, 1).length > 0) return false;
      const prepared = await index.prepare(edition, kind);
      const isSwitched = database.write(() => {
        if (pending(cutting, 1).length > 0) return false;
        library.switchEdition();
        library.advance();
        return true;
      });
      if (!isSwitched) return false;
      index.replace(prepared);
      await sweep();
      return true;
    },

    async cancel() {
      library.plan(null);
      await sweep();
    },

    sweep,
  };
}
