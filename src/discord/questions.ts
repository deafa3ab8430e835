/** What of a message or command is a question, and what is wrong with it. Every function is pure. */
import { MAX_QUESTION_LENGTH } from '../library.js';
import type { Words } from './words.js';

/** Questions of a conversation that a follow-up is understood with. */
const MAX_PREVIOUS = 3;

/** What is wrong with a question, in words that say what to do; null when nothing is. */
export function questionProblem(question: string, words: Words): string | null {
  const trimmed = question.trim();
  if (trimmed === '') return words.failures['empty-question'];
  if (trimmed.length > MAX_QUESTION_LENGTH) return words.failures['question-too-long'];
  if (!/[\p{L}\p{N}]/u.test(trimmed.replace(CUSTOM_EMOJI, ''))) return words.ask.noWords;
  return null;
}

/** The question in a message: its text without mentions and custom emoji, which mean nothing to a library. */
export function questionIn(content: string): string {
  return content
    .replace(MENTION, ' ')
    .replace(CUSTOM_EMOJI, ' ')
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

/** The questions a follow-up is understood with: the most recent of what was asked. */
export function previousOf(asked: readonly string[]): readonly string[] {
  return asked.slice(-MAX_PREVIOUS);
}

/** What a message is, as far as the bot is concerned. */
export interface Heard {
  readonly isFromPerson: boolean;
  readonly isDirect: boolean;
  /** By name, by its role, or by a reply that mentions. */
  readonly mentionsBot: boolean;
  readonly isReplyToBot: boolean;
  readonly isInOwnThread: boolean;
  readonly isInAskChannel: boolean;
  /** Without the Message Content intent a message that does not mention the bot arrives empty. */
  readonly isReadable: boolean;
}

/** Whether a message is a question to the bot; `unreadable`: it is meant for the bot, which cannot read it. */
export function hear(heard: Heard): 'question' | 'direct' | 'unreadable' | 'not-for-us' {
  if (!heard.isFromPerson) return 'not-for-us';
  if (heard.isDirect) return 'direct';
  if (heard.mentionsBot) return 'question';
  if (!heard.isReadable) return heard.isReplyToBot ? 'unreadable' : 'not-for-us';
  return heard.isReplyToBot || heard.isInOwnThread || heard.isInAskChannel ? 'question' : 'not-for-us';
}

/** Of a user, a role, a channel or a command. */
const MENTION = /<(?:@[!&]?|#|\/[^:<>]{1,100}:)\d{1,20}>/g;
const CUSTOM_EMOJI = /<a?:\w{1,32}:\d{1,20}>/g;
