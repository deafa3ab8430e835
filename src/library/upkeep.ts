import { toFailure } from '../errors.js';
import type { Store, StoreLog } from '../store/store.js';
import type { Damage } from './damage.js';

/** Between two backups. */
const DAY_MS = 24 * 60 * 60 * 1000;

export interface UpkeepParts {
  /** The library's. */
  readonly id: string;
  readonly store: Store;
  readonly damage: Damage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: StoreLog;
}

/**
 * What is done once a day, in passing, when something is added: leftovers are tidied away, everything is read, so that
 * damage is found which nobody met, and a backup is made. One at a time; that it failed is said in the log and must not
 * fail what was asked for.
 */
export function upkeep({ id, store, damage, now, log }: UpkeepParts): () => Promise<void> {
  let running: Promise<void> | undefined;

  const warnOf = (what: string) => (error: unknown) =>
    log.warn(`${what} of library ${id} failed: ${toFailure(error).message}`);

  async function run(): Promise<void> {
    const { latestBackupAt, articles } = store.status();
    if (articles === 0 || (latestBackupAt !== null && now() - Date.parse(latestBackupAt) < DAY_MS)) return;
    // What was removed or refused leaves vectors behind, which would fill the disk in spite of every quota.
    await store.embeddings.collectGarbage().catch(warnOf('The daily tidying'));
    await backUp().catch(warnOf('The daily backup'));
  }

  async function backUp(): Promise<void> {
    await damage.check(store);
    const isWhole = damage.problems(store).length === 0;
    await store.backups.make(isWhole ? 'whole' : 'damaged');
    if (!isWhole)
      log.warn(
        `The backup of library ${id} holds damaged articles. One that was made while all was whole is kept beside it.`,
      );
  }

  return () =>
    (running ??= run().finally(() => {
      running = undefined;
    }));
}
