/** The buttons under an answer. They are for all: what they show is shown to whoever pressed. */
import { createHash } from 'node:crypto';
import { toFailure } from '../errors.js';
import type { Library } from '../library.js';
import { placeOf } from './asking.js';
import { ANSWER_TTL_MS, keep, recall, type Kept, type Pressed } from './buttons.js';
import { contextMessage, passagesMessage } from './reply.js';
import type { Turn } from './turn.js';

/** Passages that a question can be followed to in all, and at one press. */
const MAX_PASSAGES = 10;
const PASSAGES_A_PRESS = 3;
/** Letters on each side of a passage in its context. */
const AROUND = 900;

/** "More passages", "Nearest passages" */
export async function more(turn: Turn, { key }: Pressed): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const kept = recall(library.notes, 'answer', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  const previous = kept.asked.slice(0, -1);
  const answer = await library.ask(kept.question, { previous, top: MAX_PASSAGES, record: false });
  const isNew = (id: string, start: number): boolean =>
    !kept.places.some((place) => place.id === id && place.start === start);
  const left = answer.excerpts.filter((excerpt) => isNew(excerpt.articleId, excerpt.start));
  const shown = left.slice(0, PASSAGES_A_PRESS);
  const places = [...kept.places, ...shown.map(placeOf)];
  const next = keep(library.notes, 'answer', { ...kept, places }, ANSWER_TTL_MS);
  const look = { words: turn.words, key: next, first: kept.places.length + 1, hasMore: left.length > shown.length };
  await turn.show(passagesMessage(answer, shown, look));
}

/** "In context" */
export async function context(turn: Turn, { key, argument }: Pressed): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const place = recall(library.notes, 'answer', key)?.places[Number(argument)];
  if (!place) return turn.tell(turn.words.press.unknown);
  const found = library.context(place.id, place, AROUND);
  if (!found.passage.startsWith(place.opening)) return turn.tell(turn.words.press.changed);
  await turn.show(contextMessage(found, place, place.highlight, turn.words));
}

export async function helpful(turn: Turn, pressed: Pressed): Promise<void> {
  await rate(turn, pressed, true);
}

export async function notHelpful(turn: Turn, pressed: Pressed): Promise<void> {
  await rate(turn, pressed, false);
}

/** Counts once a person and answer. */
async function rate(turn: Turn, { key }: Pressed, isHelpful: boolean): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const kept = recall(library.notes, 'answer', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  const mark = `rated/${key}/${personMark(turn.userId, key)}`;
  if (library.notes.get(mark) !== undefined) return turn.tell(turn.words.ask.alreadyRated);
  record(turn, library, kept, isHelpful);
  library.notes.put(mark, true, ANSWER_TTL_MS);
  await turn.tell(turn.words.ask.thanks);
}

function record(turn: Turn, library: Library, kept: Kept['answer'], isHelpful: boolean): void {
  const first = kept.places[0];
  if (!first) return;
  try {
    library.rate(kept.question, first.id, isHelpful);
  } catch (error) {
    // The article was removed since: the opinion counts for nothing any more, and the person need not know.
    if (toFailure(error).code !== 'unknown-id') throw error;
    turn.surface.log.debug('rated an article that is gone');
  }
}

/** Tells the same person again without keeping who it was. */
function personMark(userId: string, key: string): string {
  return createHash('sha256').update(`${key}/${userId}`).digest('base64url').slice(0, 16);
}
