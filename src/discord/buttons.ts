/**
 * Buttons, menus and forms. A custom id is a verb and a random key; what it stands for is a note in the server's
 * library, so that an id that is forged, from another server or too old stands for nothing.
 */
import { randomBytes } from 'node:crypto';
import type { Notes, Span } from '../library.js';

const MINUTES = 60_000;
const DAYS = 24 * 60 * MINUTES;

/** Answers are read for weeks; what changes the library is decided while one looks at it. */
export const ANSWER_TTL_MS = 30 * DAYS;
export const PANEL_TTL_MS = 60 * MINUTES;
export const CONFIRM_TTL_MS = 15 * MINUTES;

/** Where a passage stands in an article. */
export interface Place extends Span {
  readonly id: string;
  readonly highlight: Span;
  /** How the passage begins, to notice that the article has changed since. */
  readonly opening: string;
}

/** What a key stands for, by kind. Kinds with an owner act for that person only. */
export interface Kept {
  answer: {
    readonly question: string;
    /** What was asked before, oldest first, and this question as it was understood. */
    readonly asked: readonly string[];
    /** Passages shown so far, in the order of their numbers. */
    readonly places: readonly Place[];
  };
  articles: { readonly owner: string; readonly search: string | null };
  removal: { readonly owner: string; readonly id: string };
  form: { readonly owner: string };
  reindex: { readonly owner: string };
  gaps: { readonly owner: string };
  settings: { readonly owner: string };
  deletion: { readonly owner: string };
}

export interface Pressed {
  readonly verb: string;
  readonly key: string;
  readonly argument: string;
}

/** Of the alphabet of base64url; 96 bits cannot be guessed. */
const KEY_BYTES = 12;
const CUSTOM_ID = /^([a-z-]{1,20}):([\w-]{16})(?::([\w.-]{1,40}))?$/;

export function customId(verb: string, key: string, argument: string | number = ''): string {
  return argument === '' ? `${verb}:${key}` : `${verb}:${key}:${argument}`;
}

/** The parts of a custom id; null where it is none of ours. */
export function parseCustomId(id: string): Pressed | null {
  const [, verb, key, argument = ''] = CUSTOM_ID.exec(id) ?? [];
  return verb === undefined || key === undefined ? null : { verb, key, argument };
}

/** A key that nothing is kept under yet: for a form or message that must be shown before its note can be written. */
export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** Keeps what `key` stands for. @returns the key */
export function keep<K extends keyof Kept>(
  notes: Notes,
  kind: K,
  value: Kept[K],
  ttlMs: number,
  key = newKey(),
): string {
  notes.put(`button/${key}`, { kind, value }, ttlMs);
  return key;
}

/** What `key` stands for, where it is of that kind and has not expired. */
export function recall<K extends keyof Kept>(notes: Notes, kind: K, key: string): Kept[K] | null {
  const note = notes.get(`button/${key}`) as { kind?: unknown; value?: Kept[K] } | undefined;
  return note?.kind === kind ? (note.value ?? null) : null;
}

export function forget(notes: Notes, key: string): void {
  notes.delete(`button/${key}`);
}
