import type { PassageEmbedding, PassageInput, QuestionEmbedding } from './embedder.js';
import type { ModelCard } from './models.js';

/** What the embedding thread is started with. */
export interface WorkerSettings {
  readonly model: string;
  readonly card: ModelCard;
  /** Folder with a folder per model. */
  readonly modelsDir: string;
  /** Where a downloaded model is kept. */
  readonly downloadDir: string;
}

/** What the thread can be asked to do, one text at a time so that a question never waits long. */
export type Task =
  | { readonly kind: 'count'; readonly texts: readonly string[] }
  | { readonly kind: 'question'; readonly text: string }
  | ({ readonly kind: 'passage' } & PassageInput);

export interface TaskResults {
  readonly count: number[];
  readonly question: QuestionEmbedding;
  readonly passage: PassageEmbedding;
}

/** From the thread: how it starts, then one `done` or `failed` for each task it was sent. */
export type WorkerMessage =
  | { readonly kind: 'download'; readonly file: string; readonly loaded: number; readonly total: number }
  | { readonly kind: 'ready'; readonly dimensions: number; readonly bytes: number }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'done'; readonly result: TaskResults[keyof TaskResults] }
  | { readonly kind: 'failed'; readonly reason: string };
