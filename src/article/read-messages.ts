import type { Failure } from '../errors.js';
import type { Block, Reading } from './article.js';
import type { Heading } from './outline.js';
import type { ParseInput } from './parse.js';

/** What the reading thread can do, and what it takes and gives. */
export interface Jobs {
  parse: { input: ParseInput; output: Reading };
  outline: { input: OutlineInput; output: Block[] };
}

export interface OutlineInput {
  readonly text: string;
  readonly headings: readonly Heading[];
  readonly language: string | null;
}

/** To the thread: one at a time. */
export type Request = {
  [Kind in keyof Jobs]: { readonly kind: Kind; readonly input: Jobs[Kind]['input'] };
}[keyof Jobs];

/** From the thread: that it takes up the job it was sent (a new thread loads first), then the job's outcome. */
export type Reply =
  | 'begun'
  | { readonly ok: true; readonly output: Jobs[keyof Jobs]['output'] }
  | { readonly ok: false; readonly failure: Failure };
