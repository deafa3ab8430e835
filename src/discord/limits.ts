/** How much is taken on: a person's and a server's questions in a while, and answers under way at once. */

/** A bucket of tokens: `burst` may be taken at once, one more comes back every `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/** A person asks a few things in a row, then thinks. */
export const PERSON_QUESTIONS: Rate = { burst: 5, everyMs: 6_000 };
/** A whole server may be curious at once. */
export const SERVER_QUESTIONS: Rate = { burst: 60, everyMs: 500 };
/** Buttons cost little, but some ask the library again. */
export const PERSON_PRESSES: Rate = { burst: 15, everyMs: 1_000 };
/** Direct messages about mistakes: a few explain, more would be a nuisance. */
export const PERSON_NOTICES: Rate = { burst: 3, everyMs: 20_000 };

/** Answers under way in one channel, and in all: what is beyond is told that the bot is busy. */
export const MAX_WAITING_IN_CHANNEL = 40;
const MAX_WAITING = 200;

/** Full buckets are forgotten when there are more than this, so that memory stays bounded. */
const MAX_BUCKETS = 10_000;

/** Rate limits by key (a person, a server). The clock is passed in. */
export class RateLimiter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
  ) {}

  /** Takes one token. @returns 0 when there was one, otherwise the milliseconds until there is */
  take(key: string): number {
    const { burst, everyMs } = this.rate;
    const at = this.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at };
    const tokens = Math.min(burst, bucket.tokens + Math.max(0, at - bucket.at) / everyMs);
    if (tokens < 1) return Math.ceil((1 - tokens) * everyMs);
    if (!this.#buckets.has(key) && this.#buckets.size >= MAX_BUCKETS) this.#forgetFull(at);
    this.#buckets.set(key, { tokens: tokens - 1, at });
    return 0;
  }

  #forgetFull(at: number): void {
    const { burst, everyMs } = this.rate;
    for (const [key, bucket] of this.#buckets) {
      if (bucket.tokens + (at - bucket.at) / everyMs >= burst) this.#buckets.delete(key);
    }
    // All in use: the oldest goes, and whoever it was may ask a little more than their due.
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size >= MAX_BUCKETS && !oldest.done) this.#buckets.delete(oldest.value);
  }
}

/** Work is done at once, its results are handed over in the order in which it came in, channel by channel. */
export class Lanes {
  readonly #tails = new Map<string, { last: Promise<void>; waiting: number }>();
  #waiting = 0;

  /** Whether a further piece of work would be too much. */
  isFull(lane: string): boolean {
    return this.#waiting >= MAX_WAITING || (this.#tails.get(lane)?.waiting ?? 0) >= MAX_WAITING_IN_CHANNEL;
  }

  /**
   * Starts `work` at once (with the promise that everything before it in `lane` is delivered) and calls `deliver` with its result after everything that came before it in `lane`.
   * @returns when it is delivered; rejects with what either threw, and then holds up nobody
   */
  async run<T>(
    lane: string,
    work: (before: Promise<void>) => Promise<T>,
    deliver: (result: T) => Promise<void>,
  ): Promise<void> {
    const tail = this.#tails.get(lane) ?? { last: Promise.resolve(), waiting: 0 };
    const before = tail.last;
    const started = work(before);
    const done = Promise.allSettled([started, before]).then(async () => deliver(await started));
    tail.last = done.catch(() => undefined);
    tail.waiting += 1;
    this.#waiting += 1;
    this.#tails.set(lane, tail);
    try {
      await done;
    } finally {
      tail.waiting -= 1;
      this.#waiting -= 1;
      if (tail.waiting === 0) this.#tails.delete(lane);
    }
  }
}
