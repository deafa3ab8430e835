import { Worker } from 'node:worker_threads';
import { FootnoteError } from '../errors.js';
import type { DownloadProgress } from './embedder.js';
import type { ThreadMessage, Works } from './protocol.js';

/** Threads that load something once and then do tasks of some kinds, each thread one at a time. */
export interface Pool<W extends Works<W>, Facts> {
  /** What the threads say of what they loaded. */
  readonly facts: Facts;
  run<K extends keyof W & string>(kind: K, input: W[K]['input'], signal?: AbortSignal): Promise<W[K]['output']>;
  /** Fails what waits, lets what runs finish, and lets go of the threads. */
  close(): Promise<void>;
}

export interface PoolSettings<W extends Works<W>> {
  /** The built thread's file. */
  readonly file: URL;
  /** A plain object. */
  readonly workerData: object;
  /** Threads at most; one starts at once, the others when there is work for them. */
  readonly threads: number;
  /** Room for a thread's young objects, in megabytes: one that makes many which stay collects garbage less often. */
  readonly youngMb?: number;
  /** What goes first stands first. */
  readonly kinds: readonly (keyof W & string)[];
  /** What to say of a thread that cannot load. */
  readonly unusable: (cause: unknown) => FootnoteError;
  readonly onDownload?: ((progress: DownloadProgress) => void) | undefined;
  /** A thread that had loaded died; another takes its place when there is work for it. */
  readonly onThreadLost?: (() => void) | undefined;
}

/** A task, and what to do with its outcome. */
interface Job {
  readonly kind: string;
  readonly input: unknown;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Times a thread died on it. */
  deaths: number;
}

interface Thread {
  readonly worker: Worker;
  /** Resolves when the thread has ended or is kept for another pool. */
  readonly left: Promise<void>;
  readonly leave: () => void;
  /** Listens to it no more. */
  readonly release: () => void;
  /** Null until it has loaded. */
  facts: { readonly value: unknown } | null;
  job: Job | null;
}

/**
 * Threads whose pool was closed, by what they were started with; the next pool of the same takes them over. They are not
 * ended, because the model's runtime cannot be taken down and set up again in one process: it keeps a reference into the
 * last thread that loaded it and follows that when the next one does (onnxruntime-node 1.14, a segmentation fault).
 */
const kept = new Map<string, { readonly worker: Worker; readonly facts: unknown }[]>();

/**
 * Starts one thread and waits until it has loaded.
 * @throws what `unusable` makes of a thread that cannot load
 */
export async function startPool<W extends Works<W>, Facts>(settings: PoolSettings<W>): Promise<Pool<W, Facts>> {
  const resourceLimits = settings.youngMb === undefined ? {} : { maxYoungGenerationSizeMb: settings.youngMb };
  const keptUnder = JSON.stringify([settings.file, settings.workerData]);
  const threads = new Set<Thread>();
  const queues = new Map<string, Job[]>(settings.kinds.map((kind) => [kind, []]));
  let closing = false;

  function startThread(): Promise<unknown> {
    const before = kept.get(keptUnder)?.pop();
    const worker = before?.worker ?? new Worker(settings.file, { workerData: settings.workerData, resourceLimits });
    const { promise: left, resolve: leave } = withResolvers<undefined>();
    const { promise: loaded, resolve, reject } = withResolvers<unknown>();
    const release = () => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const thread: Thread = {
      worker,
      left,
      leave: () => leave(undefined),
      release,
      facts: before ? { value: before.facts } : null,
      job: null,
    };
    threads.add(thread);
    if (before) resolve(before.facts);
    let failure: unknown = new Error('the thread ended');
    const onMessage = (message: ThreadMessage) => {
      switch (message.kind) {
        case 'download':
          settings.onDownload?.(message);
          return;
        case 'ready':
          thread.facts = { value: message.facts };
          resolve(message.facts);
          break;
        case 'unusable':
          failure = new Error(message.reason);
          void worker.terminate();
          return;
        case 'done':
          takeJob(thread)?.resolve(message.output);
          break;
        case 'failed':
          takeJob(thread)?.reject(
            new FootnoteError('model-failed', `The embedding model could not read a text: ${message.reason}.`),
          );
      }
      dispatch();
    };
    const onError = (error: unknown) => {
      failure = error;
    };
    const onExit = () => {
      threads.delete(thread);
      thread.leave();
      if (thread.facts && !closing) settings.onThreadLost?.();
      // Settles the promise only if the thread never was ready.
      reject(settings.unusable(failure));
      const job = takeJob(thread);
      if (job) retryOrFail(job, failure);
      dispatch();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    return loaded;
  }

  function takeJob(thread: Thread): Job | null {
    const { job } = thread;
    thread.job = null;
    // An idle thread keeps no process alive; close() need not be called for a clean end.
    thread.worker.unref();
    return job;
  }

  function retryOrFail(job: Job, cause: unknown): void {
    job.deaths += 1;
    if (closing) {
      job.reject(closed());
    } else if (job.deaths === 1) {
      queues.get(job.kind)!.unshift(job);
    } else {
      job.reject(
        new FootnoteError('embedder-down', 'The embedding thread died twice on the same text; try again.', { cause }),
      );
    }
  }

  /** Gives waiting jobs to idle threads, and starts threads while there is more to do than they can take. */
  function dispatch(): void {
    if (closing) {
      keepIdleThreads();
      return;
    }
    for (const thread of threads) {
      if (!thread.facts || thread.job) continue;
      const job = nextJob();
      if (!job) return;
      thread.job = job;
      thread.worker.ref();
      thread.worker.postMessage({ kind: job.kind, ...(job.input as object) });
    }
    const waiting = [...queues.values()].reduce((sum, queue) => sum + queue.length, 0);
    const starting = [...threads].filter(({ facts }) => !facts).length;
    if (waiting > starting && threads.size < settings.threads) {
      startThread().catch((error: unknown) => {
        if (threads.size === 0) failAll(error);
      });
    }
  }

  /** Also, a thread that is stopped in the middle of a run takes the whole process with it. */
  function keepIdleThreads(): void {
    for (const thread of threads) {
      const { worker, facts, job, leave } = thread;
      if (!facts || job) continue;
      threads.delete(thread);
      thread.release();
      worker.unref();
      const others = kept.get(keptUnder) ?? [];
      const entry = { worker, facts: facts.value };
      kept.set(keptUnder, [...others, entry]);
      worker.once('exit', () =>
        kept.set(
          keptUnder,
          (kept.get(keptUnder) ?? []).filter((one) => one !== entry),
        ),
      );
      leave();
    }
  }

  function nextJob(): Job | undefined {
    for (const queue of queues.values()) {
      for (let job = queue.shift(); job; job = queue.shift()) {
        if (!job.signal?.aborted) return job;
        job.reject(aborted(job.signal));
      }
    }
    return undefined;
  }

  function failAll(error: unknown): void {
    for (const queue of queues.values()) for (const job of queue.splice(0)) job.reject(error);
  }

  const facts = (await startThread()) as Facts;

  return {
    facts,
    run(kind, input, signal) {
      return new Promise((resolve, reject) => {
        if (closing) {
          reject(closed());
          return;
        }
        queues.get(kind)!.push({ kind, input, signal, resolve, reject, deaths: 0 });
        dispatch();
      });
    },
    async close() {
      closing = true;
      failAll(closed());
      const leaving = [...threads];
      keepIdleThreads();
      await Promise.all(leaving.map(({ left }) => left));
    },
  };
}

/** As `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function closed(): FootnoteError {
  return new FootnoteError('closed', 'The library was closed before this was done.');
}

function aborted(signal: AbortSignal): FootnoteError {
  if (signal.reason instanceof FootnoteError) return signal.reason;
  return new FootnoteError('cancelled', 'Stopped before it was finished.', { cause: signal.reason });
}
