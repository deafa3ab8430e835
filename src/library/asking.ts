import { setImmediate as nextTurn } from 'node:timers/promises';
import { toExcerpts, type Answer, type Excerpt } from '../answer/answer.js';
import { confidence } from '../answer/confidence.js';
import { understand } from '../answer/follow-up.js';
import { rank } from '../answer/rank.js';
import { retrieve } from '../answer/retrieve.js';
import type { Embedder } from '../embed/embedder.js';
import { FootnoteError, throwIfAborted, toFailure } from '../errors.js';
import type { Store, StoreLog } from '../store/store.js';
import type { Damage } from './damage.js';

/** Longest question, in UTF-16 units. */
export const MAX_QUESTION_LENGTH = 500;

export interface AskOptions {
  /** Excerpts wanted. @default 5 */
  readonly top?: number | undefined;
  /** What was asked before, oldest first, where this question follows up on it. */
  readonly previous?: readonly string[] | undefined;
  /** Note the question under `gaps` when it is not answered. @default true */
  readonly record?: boolean | undefined;
  /** Where it was asked, e.g. a channel's id; shown with a gap. */
  readonly where?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AskingParts {
  readonly store: Store;
  readonly embedder: () => Promise<Embedder>;
  readonly damage: Damage;
  /** Confidence (0 to 1) from which on a question counts as answered. */
  readonly threshold: () => number;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
  readonly log: StoreLog;
}

/** What a library's passages say to a question. */
interface Findings {
  readonly excerpts: readonly Excerpt[];
  readonly confidence: number;
  /** The question's, to keep it under `gaps`. */
  readonly vector: Float32Array;
}

/** Excerpts of an answer where nobody says how many. */
const DEFAULT_EXCERPTS = 5;

/** Questions whose findings are remembered while the library stays as it is: a megabyte. */
const REMEMBERED = 100;

/** From a question to its answer. The function throws empty-question, question-too-long, cancelled, busy, and what storing and embedding throw. */
export function asking({
  store,
  embedder,
  damage,
  threshold,
  clock,
  log,
}: AskingParts): (question: string, options: AskOptions) => Promise<Answer> {
  const remembered = new Map<string, Findings>();
  let generation = -1;

  /** The findings of a library that has not changed since are the same. */
  function recall(key: string): Findings | undefined {
    const now = store.search.generation();
    if (now !== generation) remembered.clear();
    generation = now;
    return remembered.get(key);
  }

  /** An answer is worth more than its place among the gaps, which a full disk or another process may refuse. */
  function note(gap: Parameters<Store['questions']['record']>[0]): void {
    try {
      store.questions.record(gap);
    } catch (error) {
      log.warn(`A question without an answer was not noted: ${toFailure(error).message}`);
    }
  }

  async function find(text: string, top: number, model: Embedder, signal?: AbortSignal): Promise<Findings> {
    const key = `${top} ${text}`;
    const known = recall(key);
    if (known) return known;
    const before = generation;
    const found = await retrieve(text, store, model, 2 * top, signal);
    found.damaged.forEach(damage.note);
    // Finding and ranking take some milliseconds each: what else waits comes in between.
    await nextTurn();
    const ranked = rank(found, store.search, 2 * top);
    const best = ranked[0];
    if (!best && found.damaged[0]) throw found.damaged[0];
    const findings: Findings = {
      excerpts: toExcerpts(ranked, top),
      confidence: best ? confidence(best.evidence) : 0,
      vector: found.embedding.vector,
    };
    if (found.damaged.length === 0 && generation === before && store.search.generation() === before) {
      if (remembered.size === REMEMBERED) remembered.delete(remembered.keys().next().value!);
      remembered.set(key, findings);
    }
    return findings;
  }

  return async (question, { top = DEFAULT_EXCERPTS, previous = [], record = true, where, signal }) => {
    checkQuestion(question);
    throwIfAborted(signal);
    const model = await embedder();
    const started = clock();
    const { text: meant, understoodAs } = understand(question.trim(), previous);
    const { excerpts, confidence: certainty, vector } = await find(meant, top, model, signal);
    const answered = certainty >= threshold();
    if (!answered && record) {
      const text = question.trim();
      const { fingerprint } = model;
      note({ text, normalised: text.toLowerCase(), fingerprint, vector, place: where ?? null });
    }
    return { question, understoodAs, answered, confidence: certainty, tookMs: clock() - started, excerpts };
  };
}

/** @throws empty-question, question-too-long */
function checkQuestion(question: string): void {
  if (!/[\p{L}\p{N}]/u.test(question)) {
    throw new FootnoteError('empty-question', 'There is no question in that. Ask in words, e.g. "When did it open?"');
  }
  const { length } = question.trim();
  if (length > MAX_QUESTION_LENGTH) {
    throw new FootnoteError(
      'question-too-long',
      `A question may have up to ${MAX_QUESTION_LENGTH} characters; this one has ${length}. Ask for one thing at a time.`,
    );
  }
}
