import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LibrariesState, Watch } from '../libraries.js';

/** What the process is, at a moment. */
export interface State {
  readonly isConnected: boolean;
  /** Undefined before they are there. */
  readonly libraries: LibrariesState | undefined;
}

/** Whether the bot can do its work, as `/health` says it. */
export interface Health {
  readonly status: 'ok' | 'unwell';
  readonly discord: 'connected' | 'disconnected';
  readonly libraries: { readonly open: number; readonly failed: number };
  readonly model: LibrariesState['model'];
}

/** The numbers of one process. No label is a question, a name or an id. */
export interface Metrics {
  /** What libraries report to. */
  readonly watch: Watch;
  readonly contentType: string;
  /** All numbers in the text format of Prometheus. */
  text(): Promise<string>;
}

/** From a question that a cache answers to one that Discord would not wait for, in seconds. */
const ANSWER_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** @param state asked at every scrape */
export function createMetrics(state: () => State): Metrics {
  const register = new Registry();
  const registers = [register];
  // Among them the delay of the event loop: nodejs_eventloop_lag_seconds and its percentiles.
  collectDefaultMetrics({ register });

  const questions = new Counter({
    name: 'footnote_questions_total',
    help: 'Questions put to libraries, by what came of them',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['answered', 'not_in_library', 'failed']) questions.inc({ outcome }, 0);
  const failures = new Counter({
    name: 'footnote_question_failures_total',
    help: 'Questions that failed, by error code',
    labelNames: ['reason'],
    registers,
  });
  const seconds = new Histogram({
    name: 'footnote_answer_seconds',
    help: 'From the question to the finished answer, loading the model left out',
    buckets: ANSWER_BUCKETS,
    registers,
  });
  const replaced = new Counter({
    name: 'footnote_embedding_threads_lost_total',
    help: 'Embedding threads that died, and were replaced when there was work for them',
    registers,
  });

  const gauges: readonly (readonly [name: string, help: string, value: (now: State) => number])[] = [
    ['discord_connected', '1 while the bot is connected to Discord', ({ isConnected }) => Number(isConnected)],
    ['model_loaded', '1 once the embedding model is loaded', ({ libraries }) => Number(libraries?.model === 'loaded')],
    ['libraries_open', 'Libraries that are open', ({ libraries }) => libraries?.open ?? 0],
    ['libraries_failed', 'Libraries that could not be opened', ({ libraries }) => libraries?.failed ?? 0],
    ['articles', 'Articles in open libraries', ({ libraries }) => libraries?.articles ?? 0],
    ['passages', 'Passages in open libraries', ({ libraries }) => libraries?.passages ?? 0],
    ['reindexes_running', 'Libraries that are being reindexed', ({ libraries }) => libraries?.reindexing ?? 0],
  ];
  const set = gauges.map(([name, help, value]) => {
    const gauge = new Gauge({ name: `footnote_${name}`, help, registers });
    return (now: State) => gauge.set(value(now));
  });

  return {
    watch: {
      answered({ answered, tookMs }) {
        questions.inc({ outcome: answered ? 'answered' : 'not_in_library' });
        seconds.observe(tookMs / 1000);
      },
      failed(reason) {
        questions.inc({ outcome: 'failed' });
        failures.inc({ reason });
      },
      threadLost: () => replaced.inc(),
    },
    contentType: register.contentType,
    text() {
      const now = state();
      for (const update of set) update(now);
      return register.metrics();
    },
  };
}

/** One library that cannot be opened needs a person, not a restart of all others: it is counted and does not make this unwell. */
export function healthOf({ isConnected, libraries }: State): Health {
  const { open = 0, failed = 0, model = 'idle' } = libraries ?? {};
  const isWell = isConnected && model === 'loaded' && (open > 0 || failed === 0);
  return {
    status: isWell ? 'ok' : 'unwell',
    discord: isConnected ? 'connected' : 'disconnected',
    libraries: { open, failed },
    model,
  };
}
