/** Showing progress without pressing Discord: the newest state wins, one edit at a time, and not too often. */

/** Shows states of something that goes on. */
export class ProgressShow<State> {
  #waiting: State | undefined;
  #edit: Promise<unknown> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastAt = -Infinity;
  #isOver = false;

  /**
   * @param show sends one state; while Discord holds it up (a rate limit), newer states replace each other
   * @param onFailure what is thrown by `show`; progress is never worth more than a line in the log
   */
  constructor(
    private readonly show: (state: State) => Promise<unknown>,
    private readonly intervalMs: number,
    private readonly now: () => number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  update(state: State): void {
    if (this.#isOver) return;
    this.#waiting = state;
    this.#next();
  }

  /** No further state is shown. @returns when the last edit has arrived, so that what follows is not overwritten */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#waiting = undefined;
    clearTimeout(this.#timer);
    await this.#edit;
  }

  #next(): void {
    if (this.#edit || this.#timer || this.#waiting === undefined) return;
    const wait = this.#lastAt + this.intervalMs - this.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#next();
      }, wait);
      return;
    }
    const state = this.#waiting;
    this.#waiting = undefined;
    this.#lastAt = this.now();
    this.#edit = this.show(state)
      .catch(this.onFailure)
      .finally(() => {
        this.#edit = undefined;
        this.#next();
      });
  }
}

/** `▰▰▰▱▱▱▱▱▱▱` @param share 0 to 1 */
export function progressBar(share: number, length = 20): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * length);
  return '▰'.repeat(filled) + '▱'.repeat(length - filled);
}
