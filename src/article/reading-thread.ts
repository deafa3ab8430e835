import { Worker } from 'node:worker_threads';
import { FootnoteError, throwIfAborted } from '../errors.js';
import type { Jobs, Reply, Request } from './read-messages.js';

export interface ReadingThreadOptions {
  /** The built thread's file. */
  readonly workerUrl: URL;
  /** Longest time for one job, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest heap of the thread, and most by which the process may grow during one job, in megabytes. */
  readonly memoryMb: number;
}

/** A thread that parses, one job at a time; when a job kills it or takes too long, that job fails and the next gets a new thread. */
export interface ReadingThread {
  run<Kind extends keyof Jobs>(
    kind: Kind,
    input: Jobs[Kind]['input'],
    signal?: AbortSignal,
  ): Promise<Jobs[Kind]['output']>;
  /** Ends the thread; jobs that are not done fail with `closed`. */
  close(): Promise<void>;
}

interface Job {
  readonly request: Request;
  readonly signal: AbortSignal | undefined;
  resolve(output: Jobs[keyof Jobs]['output']): void;
  reject(reason: unknown): void;
}

/** A new thread has so long to load the parsers, in milliseconds: seconds on a busy machine, forever on a broken one. */
const START_TIMEOUT_MS = 60_000;
/** How often the memory of the process is looked at while a job runs, in milliseconds. */
const WATCH_MS = 100;
/** Buffers are no part of a thread's heap: what the process may grow in all, as a multiple of the heap's limit. */
const GROWTH_FACTOR = 2;
const MEGABYTE = 1024 * 1024;

export function createReadingThread(options: ReadingThreadOptions): ReadingThread {
  const waiting: Job[] = [];
  let worker: Worker | null = null;
  let current: Job | null = null;
  let stopWatching: () => void = () => undefined;
  let late: NodeJS.Timeout | undefined;
  let closed = false;

  /** Ends the thread's life and the job it has. */
  function abandon(reason: unknown): void {
    const dead = worker;
    worker = null;
    dead?.removeAllListeners();
    // A thread that is being terminated may still report an error; nobody is waiting for it.
    dead?.on('error', () => undefined);
    void dead?.terminate();
    settle((job) => job.reject(reason));
  }

  function settle(outcome: (job: Job) => void): void {
    const job = current;
    current = null;
    stopWatching();
    worker?.unref();
    if (job) outcome(job);
    next();
  }

  function next(): void {
    if (current || closed) return;
    const job = waiting.shift();
    if (!job) return;
    current = job;
    worker ??= start();
    worker.ref();
    stopWatching = watch(job);
    worker.postMessage(job.request);
  }

  function start(): Worker {
    const started = new Worker(options.workerUrl, {
      // The thread gets nothing of the process that it does not need: no settings, no secrets.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb },
    });
    started.on('message', (reply: Reply) => {
      if (reply === 'begun') limitTime(options.timeoutMs);
      else
        settle((job) => {
          if (reply.ok) job.resolve(reply.output);
          else job.reject(new FootnoteError(reply.failure.code, reply.failure.message));
        });
    });
    started.on('error', (cause) => abandon(died(cause)));
    started.on('exit', (code) => abandon(died(new Error(`the thread ended with ${code}`))));
    return started;
  }

  /** From now on the job has so many milliseconds. */
  function limitTime(milliseconds: number): void {
    clearTimeout(late);
    late = setTimeout(() => abandon(tooLong(milliseconds)), milliseconds);
  }

  /** Ends `job` when it is stopped, late or too large. */
  function watch(job: Job): () => void {
    const stop = () => abandon(abortReason(job.signal));
    job.signal?.addEventListener('abort', stop, { once: true });
    limitTime(START_TIMEOUT_MS);
    const before = process.memoryUsage.rss();
    const limit = options.memoryMb * GROWTH_FACTOR * MEGABYTE;
    const memory = setInterval(() => {
      if (process.memoryUsage.rss() - before > limit) abandon(died());
    }, WATCH_MS);
    return () => {
      job.signal?.removeEventListener('abort', stop);
      clearTimeout(late);
      clearInterval(memory);
    };
  }

  return {
    run(kind, input, signal) {
      let withdraw: () => void = () => undefined;
      const outcome = new Promise<Jobs[typeof kind]['output']>((resolve, reject) => {
        throwIfAborted(signal);
        if (closed) throw readerClosed();
        const job: Job = { request: { kind, input } as Request, signal, resolve: resolve, reject };
        withdraw = () => {
          const place = waiting.indexOf(job);
          if (place < 0) return;
          waiting.splice(place, 1);
          job.reject(abortReason(signal));
        };
        signal?.addEventListener('abort', withdraw, { once: true });
        waiting.push(job);
        next();
      });
      // One signal may go with thousands of jobs.
      return outcome.finally(() => signal?.removeEventListener('abort', withdraw));
    },
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.reject(readerClosed());
      const open = worker;
      abandon(readerClosed());
      await open?.terminate();
    },
  };
}

/** The thread ended: out of memory, or by a fault in a parser that no handler caught. */
function died(cause?: unknown): FootnoteError {
  if (cause !== undefined && (cause as NodeJS.ErrnoException | null)?.code !== 'ERR_WORKER_OUT_OF_MEMORY') {
    return new FootnoteError(
      'parser-failed',
      "It could not be read: the parser stopped. Save the article's text and add that.",
      { cause },
    );
  }
  return new FootnoteError(
    'parser-failed',
    "It took more memory to read than an article should. Save the article's text and add that.",
    { cause },
  );
}

function tooLong(timeoutMs: number): FootnoteError {
  return new FootnoteError(
    'parser-failed',
    `It could not be read within ${timeoutMs / 1000} seconds. Save the article's text and add that.`,
  );
}

function readerClosed(): FootnoteError {
  return new FootnoteError('closed', 'Footnote is shutting down; nothing was changed.');
}

function abortReason(signal: AbortSignal | undefined): unknown {
  try {
    throwIfAborted(signal);
    return undefined;
  } catch (reason) {
    return reason;
  }
}
