/** Questions, wherever they are asked: one way from the question to its answer, and the ways in and out of it. */
import {
  MessageType,
  PermissionFlagsBits,
  type ChatInputCommandInteraction,
  type Message as ChatMessage,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Excerpt, Library } from '../library.js';
import { ANSWER_TTL_MS, keep, recall, type Place } from './buttons.js';
import { keepTyping, mayWrite, mentionsRoleOf, openThread, ownThread } from './channels.js';
import type { Message } from './components.js';
import { patiently, tellDirectly } from './delivery.js';
import { hear, previousOf, questionIn } from './questions.js';
import { ChannelGone, complain, explain, QuestionGone, refuse } from './refusing.js';
import { answerMessage, shownExcerpts } from './reply.js';
import { libraryOf, type Surface } from './surface.js';
import type { Turn } from './turn.js';
import { wordsFor, type Words } from './words.js';

/** Of a passage's beginning, enough to notice that it is another. */
const OPENING_LENGTH = 48;

/** Longer than the bot looks back for questions that it missed. */
const ANSWERED_TTL_MS = 24 * 3_600_000;

interface Question {
  readonly text: string;
  readonly words: Words;
  readonly guildId: string;
  readonly channelId: string;
  /** The message it replies to, if any; its thread, if it is in one that the bot opened. */
  readonly follows: { readonly messageId?: string | undefined; readonly threadId?: string | undefined };
  readonly showQuestion: boolean;
  readonly signal?: AbortSignal;
}

interface Way {
  /** Acknowledges the question, or shows that it is being worked on. */
  begin(): Promise<void>;
  /** Hands over the answer, noted under `key`. @returns the message, where others can reply to it */
  deliver(message: Message, library: Library, key: string): Promise<ChatMessage | null>;
}

// ------------------------------------------------------------ ways in

/** `/ask question [private]` */
export async function ask(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  const { options } = turn.interaction;
  await askByTurn(turn, options.getString('question', true), options.getBoolean('private') ?? false);
}

/** The form behind "Try a question": its answer is for this person. */
export async function tryQuestion(turn: Turn<ModalSubmitInteraction<'cached' | 'raw'>>): Promise<void> {
  await askByTurn(turn, turn.interaction.fields.getTextInputValue('question'), true);
}

/** A message in a server or a direct message; most are not for the bot. */
export async function hearMessage(surface: Surface, message: ChatMessage): Promise<void> {
  const { client } = surface;
  const { channel, guildId } = message;
  const settings = guildId === null ? undefined : surface.servers.get(guildId);
  const heard = hear({
    isFromPerson:
      !message.author.bot &&
      message.webhookId === null &&
      [MessageType.Default, MessageType.Reply].includes(message.type),
    isDirect: guildId === null,
    mentionsBot: message.mentions.users.has(client.user.id) || mentionsRoleOf(message, client.user.id),
    isReplyToBot: message.mentions.repliedUser?.id === client.user.id,
    isInOwnThread: channel.isThread() && channel.ownerId === client.user.id,
    isInAskChannel: settings?.askChannels.includes(message.channelId) ?? false,
    isReadable: surface.readsContent || message.content !== '' || message.attachments.size > 0,
  });
  if (heard === 'not-for-us') return;
  if (heard === 'direct') return answerDirect(surface, message);
  const words = wordsFor(message.guild?.preferredLocale);
  if (heard === 'unreadable') return complain(surface, message, words.message.unreadable, '❔');
  if (message.inGuild()) await askByMessage(surface, message, words);
}

async function askByTurn(
  turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'> | ModalSubmitInteraction<'cached' | 'raw'>>,
  text: string,
  isPrivate: boolean,
): Promise<void> {
  const { surface, words, guildId, interaction } = turn;
  const channelId = interaction.channelId ?? guildId;
  const refusal = refuse(surface, { text, words, guildId, channelId, userId: turn.userId });
  if (refusal !== null) return turn.tell(refusal.words);
  const wasThere = surface.client.channels.cache.has(channelId);
  const question: Question = {
    text,
    words,
    guildId,
    channelId,
    follows: { threadId: ownThread(surface, channelId) },
    showQuestion: true,
  };
  await answer(surface, question, {
    begin: () => turn.acknowledge(isPrivate ? 'private' : 'public'),
    async deliver(message, library) {
      if (wasThere && !surface.client.channels.cache.has(channelId)) {
        await tellDirectly(surface, turn.userId, words.message.channelGone);
        return null;
      }
      const sent = await turn.show(message);
      if (isPrivate) return null;
      if (library.settings.answerIn === 'thread') await openThread(surface, sent, text);
      return sent;
    },
  });
}

async function askByMessage(surface: Surface, message: ChatMessage<true>, words: Words): Promise<void> {
  const { channel, guildId, channelId } = message;
  const text = questionIn(message.content);
  const refusal = refuse(surface, { text, words, guildId, channelId, userId: message.author.id });
  if (refusal !== null) return complain(surface, message, refusal.words, refusal.reaction);
  if (!mayWrite(channel)) {
    surface.log.warn(
      { guild: guildId, channel: channelId },
      'asked in a channel where the bot may not write: allow it Send Messages there',
    );
    return complain(surface, message, words.message.mayNotWrite(channel.toString()), null);
  }
  const withdrawn = new AbortController();
  surface.openQuestions.set(message.id, withdrawn);
  const stopTyping = keepTyping(surface, channel);
  try {
    const question: Question = {
      text,
      words,
      guildId,
      channelId,
      follows: { messageId: message.reference?.messageId, threadId: ownThread(surface, channelId) },
      showQuestion: false,
      signal: withdrawn.signal,
    };
    await answer(surface, question, {
      begin: () => Promise.resolve(),
      async deliver(reply, library, key) {
        withdrawn.signal.throwIfAborted();
        if (!surface.client.channels.cache.has(channelId)) throw new ChannelGone();
        stopTyping();
        const thread = library.settings.answerIn === 'thread' ? await openThread(surface, message, text) : null;
        // Before the answer is seen there: who follows up on it at once is understood too.
        if (thread) library.notes.put(`thread/${thread.id}`, key, ANSWER_TTL_MS);
        const canReply =
          channel.permissionsFor(surface.client.user)?.has(PermissionFlagsBits.ReadMessageHistory) ?? false;
        const sent = await patiently(surface, () =>
          thread ? thread.send(reply) : canReply ? message.reply(reply) : channel.send(reply),
        );
        library.notes.put(`answered/${message.id}`, true, ANSWERED_TTL_MS);
        return sent;
      },
    });
  } catch (error) {
    await explain(surface, message, words, withdrawn.signal.aborted ? new QuestionGone() : error);
  } finally {
    stopTyping();
    surface.openQuestions.delete(message.id);
  }
}

async function answerDirect(surface: Surface, message: ChatMessage): Promise<void> {
  if (surface.notices.take(message.author.id) > 0) return;
  await tellDirectly(surface, message.author.id, wordsFor(null).message.noDirect);
}

// ------------------------------------------------------------ the one way

/** Answers a question, in the order of its channel. */
async function answer(surface: Surface, question: Question, way: Way): Promise<void> {
  const { text, words, guildId, channelId, follows } = question;
  await surface.lanes.run(
    channelId,
    async (before) => {
      await way.begin();
      const library = await libraryOf(surface, guildId);
      const previous = previousOf(await askedBefore(library, follows, before));
      const found = await library.ask(text, { previous, where: channelId, signal: question.signal });
      const excerpts = shownExcerpts(found, library.settings.excerpts);
      const asked = [...previous, found.understoodAs ?? text];
      const key = keep(
        library.notes,
        'answer',
        { question: text, asked, places: excerpts.map(placeOf) },
        ANSWER_TTL_MS,
      );
      surface.log.info(
        { guild: guildId, answered: found.answered, ms: Math.round(found.tookMs) },
        'answered a question',
      );
      surface.log.debug({ question: text }, 'question');
      const look = { words, key, quotations: library.settings.excerpts, showQuestion: question.showQuestion };
      return { library, key, message: answerMessage(found, look) };
    },
    async ({ library, key, message }) => {
      const sent = await way.deliver(message, library, key);
      if (sent === null) return;
      library.notes.put(`message/${sent.id}`, key, ANSWER_TTL_MS);
      const threadId = ownThread(surface, sent.channelId) ?? (sent.hasThread ? sent.id : undefined);
      if (threadId !== undefined) library.notes.put(`thread/${threadId}`, key, ANSWER_TTL_MS);
    },
  );
}

/** Whether a message's question was answered, also by the bot of before a restart. */
export function wasAnswered({ notes }: Library, messageId: string): boolean {
  return notes.get(`answered/${messageId}`) !== undefined;
}

export function placeOf(excerpt: Excerpt): Place {
  const { articleId: id, start, end, highlight } = excerpt;
  return {
    id,
    start,
    end,
    highlight: { start: highlight.start, end: highlight.end },
    opening: excerpt.text.slice(0, OPENING_LENGTH),
  };
}

/**
 * What was asked in the conversation that a message belongs to, oldest first.
 * @param before resolves when the answers before it are delivered: it may follow up on one that is still on its way
 */
async function askedBefore(
  { notes }: Library,
  { messageId, threadId }: Question['follows'],
  before: Promise<void>,
): Promise<readonly string[]> {
  if (messageId === undefined && threadId === undefined) return [];
  const find = (): unknown =>
    (messageId && notes.get(`message/${messageId}`)) ?? (threadId && notes.get(`thread/${threadId}`));
  let key = find();
  if (key === undefined) {
    await before;
    key = find();
  }
  return typeof key === 'string' ? (recall(notes, 'answer', key)?.asked ?? []) : [];
}
