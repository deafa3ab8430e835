import { z } from 'zod';
import { FootnoteError } from '../errors.js';

/** What a library's people may set; kept in the library and carried by its export. */
export interface LibrarySettings {
  /** Ids of channels in which every message is a question. */
  readonly askChannels: readonly string[];
  /** Where questions in channels are answered. */
  readonly answerIn: 'channel' | 'thread';
  /** Excerpts an answer shows, 1 to 3. */
  readonly excerpts: number;
  /** Confidence (0 to 1) below which an answer is declined; null: the program's `ANSWER_THRESHOLD`. */
  readonly answerThreshold: number | null;
}

export const DEFAULT_SETTINGS: LibrarySettings = {
  askChannels: [],
  answerIn: 'channel',
  excerpts: 3,
  answerThreshold: null,
};

/** Discord has at most 500 channels a server. */
const MAX_ASK_CHANNELS = 500;

const SETTINGS = z.strictObject({
  askChannels: z.array(z.string().regex(/^\d{1,20}$/)).max(MAX_ASK_CHANNELS),
  answerIn: z.enum(['channel', 'thread']),
  excerpts: z.int().min(1).max(3),
  answerThreshold: z.number().min(0).max(1).nullable(),
});

/**
 * `base` with `changes`, checked.
 * @throws bad-setting naming what is wrong
 */
export function changeSettings(base: LibrarySettings, changes: unknown): LibrarySettings {
  const parsed = SETTINGS.partial().safeParse(changes);
  if (!parsed.success) {
    const wrong = parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`)
      .join('; ');
    throw new FootnoteError('bad-setting', `This cannot be set (${wrong}). Nothing was changed.`, {
      cause: parsed.error,
    });
  }
  const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...base, ...(Object.fromEntries(given) as Partial<LibrarySettings>) });
}
