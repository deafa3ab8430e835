import { ActivityType, type Client } from 'discord.js';

/** Discord takes five presence updates in twenty seconds; this stays under it. */
const MIN_INTERVAL_MS = 5_000;

/** What the bot shows beside its name: how many articles it holds, or that it is reindexing. */
export class Presence {
  readonly #articles = new Map<string, number>();
  readonly #reindexing = new Map<string, number>();
  #shown = '';
  #shownAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    private readonly client: Client<true>,
    private readonly now: () => number,
  ) {}

  articles(libraryId: string, count: number | null): void {
    if (count === null) this.#articles.delete(libraryId);
    else this.#articles.set(libraryId, count);
    this.#update();
  }

  /** @param share 0 to 1, null when it is over */
  reindexing(libraryId: string, share: number | null): void {
    if (share === null) this.#reindexing.delete(libraryId);
    else this.#reindexing.set(libraryId, share);
    this.#update();
  }

  /** A new connection starts with no presence. */
  showAgain(): void {
    this.#shown = '';
    this.#update();
  }

  /** Nothing is shown any more: a client that has left takes nothing. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #update(): void {
    if (this.#timer || this.#isClosed) return;
    const wait = this.#shownAt + MIN_INTERVAL_MS - this.now();
    if (wait <= 0) {
      this.#show();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#show();
    }, wait);
    this.#timer.unref();
  }

  #show(): void {
    const state = presenceText([...this.#articles.values()], [...this.#reindexing.values()]);
    if (state === this.#shown) return;
    this.#shown = state;
    this.#shownAt = this.now();
    this.client.user.setPresence({ activities: [{ type: ActivityType.Custom, name: 'footnote', state }] });
  }
}

/** @param articles how many, by library @param reindexing how far, 0 to 1, by library that is being reindexed */
export function presenceText(articles: readonly number[], reindexing: readonly number[]): string {
  if (reindexing.length > 0) return `reindexing ${Math.floor(Math.min(...reindexing) * 100)} %`;
  const count = articles.reduce((sum, one) => sum + one, 0);
  if (count === 0) return '/article add to begin';
  return `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? 'article' : 'articles'} · /ask`;
}
