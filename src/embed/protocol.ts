import type { PassageEmbedding, PassageInput, QuestionEmbedding } from './embedder.js';
import type { LanguageGroup } from './means.js';
import type { ModelCard } from './models.js';

/** A kind of work a thread can be asked for: what it takes and what it gives. */
export interface Work<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** Kinds of work by name, as an interface `W` lists them. */
export type Works<W> = Readonly<Record<keyof W, Work<unknown, unknown>>>;

/** To a thread: one at a time. */
export type Task<W extends Works<W>> = { [K in keyof W]: { readonly kind: K } & W[K]['input'] }[keyof W];

/** From a thread: how it starts, then one `done` or `failed` for each task it was sent. */
export type ThreadMessage =
  | { readonly kind: 'download'; readonly file: string; readonly loaded: number; readonly total: number }
  | { readonly kind: 'ready'; readonly facts: unknown }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where a model is. */
export interface ModelPlace {
  readonly model: string;
  readonly card: ModelCard;
  /** Folder with a folder per model. */
  readonly modelsDir: string;
  /** Where a downloaded model is kept. */
  readonly downloadDir: string;
}

/** A text as the model gets it: the ids of its tokens, the model's own marks in front and behind, cut to what it reads. */
export interface Spelled {
  readonly ids: BigInt64Array;
  /**
   * Rows of token states, one a token: where the first part of the text begins, then where each part ends. A question has
   * one part, a passage one a sentence; what stands before the first is the prefix or the context.
   */
  readonly rows: readonly number[];
  readonly group: LanguageGroup;
}

/** What the thread with the model's vocabulary does. */
export interface SpellingWork {
  /** Tokens of each text, without marks. */
  readonly count: Work<{ readonly texts: readonly string[] }, number[]>;
  readonly question: Work<{ readonly text: string }, Spelled & Pick<QuestionEmbedding, 'pieces'>>;
  readonly passage: Work<PassageInput, Spelled>;
}

/** What a thread with the model's weights does, one text at a time so that a question never waits long. */
export interface ModelWork {
  readonly question: Work<Spelled, Omit<QuestionEmbedding, 'pieces'>>;
  readonly passage: Work<Spelled, PassageEmbedding>;
}

/** What a loaded model says of itself. */
export interface ModelFacts {
  readonly dimensions: number;
  /** Size of its weights on disk; tells two versions of a model apart. */
  readonly bytes: number;
}
