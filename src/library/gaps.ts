import { dot } from '../embed/vectors.js';
import { wanted } from '../answer/wanted.js';

/** A question that was not answered, each time it was asked. */
export interface AskedQuestion {
  readonly text: string;
  readonly vector: Float32Array;
  /** Where it was asked; null for the command line. */
  readonly place: string | null;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
}

/** Questions without an answer that mean the same. */
export interface Gap {
  /** The most frequent wording. */
  readonly question: string;
  /** Other wordings, most frequent first. */
  readonly variants: readonly string[];
  readonly times: number;
  /** Where they were asked, most frequent first; empty for the command line. */
  readonly places: readonly string[];
  /** ISO 8601, UTC. */
  readonly lastAskedAt: string;
}

interface Group {
  readonly first: AskedQuestion;
  readonly asked: AskedQuestion[];
}

/**
 * Questions that mean nearly the same, together; most frequent first, then the latest.
 *
 * Vectors of short questions lie close when they are about the same thing ("when did it open", "who opened it"), so two
 * belong together only when they also want the same kind of answer.
 *
 * @param likeness cosine from which on two questions mean the same; the model decides
 */
export function groupGaps(questions: readonly AskedQuestion[], likeness: number): Gap[] {
  const groups: Group[] = [];
  for (const question of questions) {
    const group = groups.find(({ first }) => meansTheSame(first, question, likeness));
    if (group) group.asked.push(question);
    else groups.push({ first: question, asked: [question] });
  }
  return groups
    .map(({ asked }) => toGap(asked))
    .sort((a, b) => b.times - a.times || b.lastAskedAt.localeCompare(a.lastAskedAt));
}

function meansTheSame(a: AskedQuestion, b: AskedQuestion, likeness: number): boolean {
  if (plain(a.text) === plain(b.text)) return true;
  // Vectors of different models are nothing alike.
  const isComparable = a.vector.length === b.vector.length;
  return isComparable && wanted(a.text) === wanted(b.text) && dot(a.vector, b.vector) >= likeness;
}

function toGap(asked: readonly AskedQuestion[]): Gap {
  const wordings = byFrequency(asked.map(({ text }) => text));
  return {
    question: wordings[0]!,
    variants: wordings.slice(1),
    times: asked.length,
    places: byFrequency(asked.flatMap(({ place }) => place ?? [])),
    lastAskedAt: asked
      .map(({ askedAt }) => askedAt)
      .sort()
      .at(-1)!,
  };
}

/** Distinct values, most frequent first; among equals, the first seen. */
function byFrequency(values: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([value]) => value);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
