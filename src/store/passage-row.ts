import type { Passage, Span } from '../article/article.js';
import { passageChecksum } from './cuts.js';

export interface StoredPassage extends Passage {
  readonly passageId: number;
  /** Its place in the article, from 0. */
  readonly ordinal: number;
}

export interface PassageRow {
  readonly passage_id: number;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly sentences: string;
  readonly passage_checksum: number;
}

/** The columns of a {@link PassageRow}. */
export const PASSAGE_COLUMNS = `passages.id AS passage_id, ordinal, start, "end", heading, passages.sentences AS sentences, passages.checksum AS passage_checksum`;

export function toPassage(row: PassageRow): StoredPassage {
  const flat = JSON.parse(row.sentences) as number[];
  const sentences: Span[] = [];
  for (let i = 0; i < flat.length; i += 2) sentences.push({ start: flat[i]!, end: flat[i + 1]! });
  const { passage_id: passageId, ordinal, start, end, heading } = row;
  return { passageId, ordinal, start, end, heading, sentences };
}

export function isPassageWhole(row: PassageRow): boolean {
  return passageChecksum(row.start, row.end, row.heading, row.sentences) === row.passage_checksum;
}
