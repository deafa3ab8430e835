/** What is under way, so that a shutdown can wait for it. */
export class Work {
  readonly #running = new Set<Promise<unknown>>();
  #isStopping = false;

  /** Nothing new is taken on. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Counts `task` as under way until it settles. */
  async track<T>(task: Promise<T>): Promise<T> {
    this.#running.add(task);
    try {
      return await task;
    } finally {
      this.#running.delete(task);
    }
  }

  /** Takes nothing new on, and waits for what is under way. @returns how much was still running after `timeoutMs` */
  async stop(timeoutMs: number): Promise<number> {
    this.#isStopping = true;
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    while (this.#running.size > 0) {
      const settled = Promise.allSettled(this.#running).then(() => true);
      if ((await Promise.race([settled, timeIsUp])) !== true) break;
    }
    clearTimeout(timer);
    return this.#running.size;
  }
}
