/** Why a question is not answered, and telling whoever asked. */
import type { Message as ChatMessage } from 'discord.js';
import { toFailure } from '../errors.js';
import { nameOf, tellAuthor, tellDirectly } from './delivery.js';
import { isRefusal, sayFailure } from './failures.js';
import { questionProblem } from './questions.js';
import type { Surface } from './surface.js';
import type { Words } from './words.js';

export interface Refusal {
  readonly words: string;
  readonly reaction: string;
}

/** Why a question is not taken on, if it is not. Decided at once, before anything is promised. */
export function refuse(
  surface: Pick<Surface, 'work' | 'lanes' | 'personQuestions' | 'serverQuestions'>,
  {
    text,
    words,
    guildId,
    channelId,
    userId,
  }: { text: string; words: Words; guildId: string; channelId: string; userId: string },
): Refusal | null {
  const problem = questionProblem(text, words);
  if (problem !== null) return { words: problem, reaction: '❔' };
  if (surface.work.isStopping) return { words: words.failures.closed, reaction: '⏳' };
  if (surface.lanes.isFull(channelId)) return { words: words.failures.busy, reaction: '⏳' };
  const wait = surface.personQuestions.take(`${guildId}/${userId}`);
  if (wait > 0) return { words: words.ask.tooFast(Math.ceil(wait / 1000)), reaction: '⏳' };
  const serverWait = surface.serverQuestions.take(guildId);
  if (serverWait > 0) return { words: words.ask.serverTooFast(Math.ceil(serverWait / 1000)), reaction: '⏳' };
  return null;
}

export class QuestionGone extends Error {}
export class ChannelGone extends Error {}

/** Tells the author of a message why there is no answer. */
export async function explain(surface: Surface, message: ChatMessage, words: Words, error: unknown): Promise<void> {
  surface.log.warn(
    { guild: message.guildId, channel: message.channelId, error: nameOf(error) },
    'a question in a message went unanswered',
  );
  const isChannelGone = error instanceof ChannelGone || isRefusal(error, 'unknownChannel');
  if (error instanceof QuestionGone) await tellDirectly(surface, message.author.id, words.message.questionGone);
  else if (isChannelGone) await tellDirectly(surface, message.author.id, words.message.channelGone);
  else await tellAuthor(surface, message, sayFailure(words, toFailure(error)), '⚠️');
}

export async function complain(
  surface: Surface,
  message: ChatMessage,
  words: string,
  reaction: string | null,
): Promise<void> {
  if (surface.notices.take(message.author.id) === 0) return tellAuthor(surface, message, words, reaction);
  if (reaction === null) return;
  await message.react(reaction).catch((error: unknown) => surface.log.debug({ error: nameOf(error) }, 'no reaction'));
}
