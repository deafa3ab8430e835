/**
 * `/reindex`: progress, cancelling, and going on. The progress begins as the command's answer; when the command's
 * fifteen minutes are over, or after a restart, it goes on in an ordinary message.
 */
import {
  ButtonStyle,
  type ChatInputCommandInteraction,
  type Client,
  type Message as ChatMessage,
  type SendableChannels,
} from 'discord.js';
import { toFailure } from '../errors.js';
import type { Library, ReindexReport } from '../library.js';
import { customId, forget, keep, recall, type Pressed } from './buttons.js';
import { ACCENT, button, container, message, row, sentence, text, type Message } from './components.js';
import { isPassing, nameOf, patiently } from './delivery.js';
import { isRefusal, sayFailure } from './failures.js';
import { ProgressShow, progressBar } from './progress.js';
import type { RunningReindex, Surface } from './surface.js';
import type { Turn } from './turn.js';
import { wordsFor, type Words } from './words.js';

const EDIT_INTERVAL_MS = 3_000;
/** An interaction's token lasts fifteen minutes; the last one is left for the way. */
const TOKEN_LASTS_MS = 14 * 60_000;
/** A reindex that was cut off is gone on with within a week. */
const NOTE_TTL_MS = 7 * 24 * 3_600_000;
const NOTE = 'reindex';

/** What is kept of a reindex, to go on after a restart. */
interface ReindexNote {
  readonly owner: string;
  readonly locale: string;
  readonly force: boolean;
  readonly key: string;
  readonly channelId: string | null;
  readonly messageId: string | null;
}

/** Where progress is shown. */
interface Board {
  show(message: Message): Promise<unknown>;
}

// ------------------------------------------------------------ starting, cancelling, going on

/** `/reindex [force]` */
export async function reindex(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  const { surface, words, guildId, interaction } = turn;
  if (surface.work.isStopping) return turn.tell(words.failures.closed);
  const running = surface.reindexes.get(guildId);
  if (running) return turn.tell(`${words.reindex.already}\n${progressWords(running, words)}`);
  // Taken before anything is awaited, so that two commands at once start one reindex.
  const state: RunningReindex = { owner: turn.userId, stop: new AbortController(), done: 0, total: 0 };
  surface.reindexes.set(guildId, state);
  try {
    await turn.acknowledge('public');
    const library = await turn.library();
    const note: ReindexNote = {
      owner: turn.userId,
      locale: interaction.locale,
      force: interaction.options.getBoolean('force') ?? false,
      key: keep(library.notes, 'reindex', { owner: turn.userId }, NOTE_TTL_MS),
      channelId: interaction.channelId,
      messageId: null,
    };
    const shown = await turn.show(startingMessage(note.key, words));
    const saved = saveNote(library, { ...note, messageId: shown.id });
    const board = new CommandBoard(turn, shown, (moved) => saveNote(library, { ...saved, messageId: moved.id }));
    // Not awaited: a shutdown waits for answers, not for a reindex, which goes on after the restart.
    void run(surface, library, saved, state, board);
  } catch (error) {
    surface.reindexes.delete(guildId);
    throw error;
  }
}

/** "Cancel", for whoever started it. */
export async function cancelReindex(turn: Turn, { key }: Pressed): Promise<void> {
  await turn.acknowledge('update');
  const { notes } = await turn.library();
  const kept = recall(notes, 'reindex', key);
  if (kept === null) return turn.tell(turn.words.reindex.over);
  if (kept.owner !== turn.userId) return turn.tell(turn.words.press.notYours);
  const running = turn.surface.reindexes.get(turn.guildId);
  if (!running) return turn.tell(turn.words.reindex.over);
  forget(notes, key);
  running.stop.abort();
}

/** Goes on with a reindex that a restart cut off, if there is one. */
export function resumeReindex(surface: Surface, library: Library): void {
  if (library.status().reindex !== 'interrupted' || surface.reindexes.has(library.id)) return;
  const note = library.notes.get(NOTE) as ReindexNote | undefined;
  const words = wordsFor(note?.locale);
  const state: RunningReindex = { owner: note?.owner ?? '', stop: new AbortController(), done: 0, total: 0 };
  surface.reindexes.set(library.id, state);
  surface.log.info({ guild: library.id }, 'going on with a reindex that was cut off');
  const kept = note ?? { owner: '', locale: 'en', force: false, key: '', channelId: null, messageId: null };
  void run(surface, library, kept, state, new MessageBoard(surface, kept, words));
}

/** Reindexes and shows how it goes. Never rejects. */
async function run(
  surface: Surface,
  library: Library,
  note: ReindexNote,
  state: RunningReindex,
  board: Board,
): Promise<void> {
  const words = wordsFor(note.locale);
  const onFailure = (error: unknown): void => {
    surface.log.info({ guild: library.id, error: nameOf(error) }, 'could not show the progress of a reindex');
  };
  const show = new ProgressShow<null>(
    () => board.show(runningMessage(state, note.key, words)),
    EDIT_INTERVAL_MS,
    surface.now,
    onFailure,
  );
  surface.presence.reindexing(library.id, 0);
  const last = await reindexed(surface, library, note.force, state, () => show.update(null)).then(
    (report) => doneMessage(report, words),
    (error: unknown) => endedEarly(surface, library, error, words),
  );
  surface.presence.reindexing(library.id, null);
  surface.reindexes.delete(library.id);
  await show.end();
  if (last === null) return;
  library.notes.delete(NOTE);
  if (note.key !== '') forget(library.notes, note.key);
  await board.show(last).catch(onFailure);
}

async function reindexed(
  surface: Surface,
  library: Library,
  force: boolean,
  state: RunningReindex,
  onStep: () => void,
): Promise<ReindexReport> {
  const report = await library.reindex({
    force,
    signal: state.stop.signal,
    onProgress(done, total) {
      Object.assign(state, { done, total });
      surface.presence.reindexing(library.id, total === 0 ? 0 : done / total);
      onStep();
    },
  });
  const { damaged, ...counts } = report;
  surface.log.info({ guild: library.id, ...counts, damaged: damaged.map(({ id }) => id) }, 'reindexed');
  return report;
}

/** What is shown of a reindex that did not finish; null when a shutdown ended it, and the next start goes on. */
function endedEarly(surface: Surface, library: Library, error: unknown, words: Words): Message | null {
  if (surface.work.isStopping) return null;
  const failure = toFailure(error);
  if (failure.code === 'cancelled') {
    surface.log.info({ guild: library.id }, 'a reindex was cancelled');
    return sentence(words.reindex.cancelled);
  }
  surface.log.error({ guild: library.id, err: error }, 'a reindex failed');
  return sentence(sayFailure(words, failure));
}

function saveNote(library: Library, note: ReindexNote): ReindexNote {
  library.notes.put(NOTE, note, NOTE_TTL_MS);
  return note;
}

// ------------------------------------------------------------ where it is shown

/** The command's answer while its token lasts, then an ordinary message below it. */
class CommandBoard implements Board {
  readonly #until: number;
  #later: ChatMessage | undefined;

  constructor(
    private readonly turn: Turn,
    private readonly first: ChatMessage,
    private readonly onMove: (message: ChatMessage) => void,
  ) {
    this.#until = turn.interaction.createdTimestamp + TOKEN_LASTS_MS;
  }

  async show(message: Message): Promise<unknown> {
    const { turn } = this;
    if (this.#later) return await patiently(turn.surface, () => this.#later!.edit(message));
    if (turn.surface.now() < this.#until) {
      try {
        return await turn.show(message);
      } catch (error) {
        if (!isRefusal(error, 'invalidWebhookToken', 'unknownWebhook')) throw error;
      }
    }
    return this.#moveOn(message);
  }

  /** Goes on in an ordinary message, and says so in the first. */
  async #moveOn(message: Message): Promise<void> {
    const { surface, words, interaction } = this.turn;
    const channel = await sendable(surface.client, interaction.channelId);
    const later = await patiently<ChatMessage>(surface, () => channel.send(message));
    this.#later = later;
    this.onMove(later);
    try {
      // The bot's own message, so its own right to edit it does as well as the token did.
      await channel.messages.edit(this.first.id, sentence(words.reindex.movedOn(later.url)));
    } catch (error) {
      surface.log.info({ error: nameOf(error) }, 'could not point from the command to its progress');
    }
  }
}

/** The message of before a restart, or a new one where that is gone. */
class MessageBoard implements Board {
  #messageId: string | null;

  constructor(
    private readonly surface: Surface,
    private readonly note: ReindexNote,
    private readonly words: Words,
  ) {
    this.#messageId = note.messageId;
  }

  async show(shown: Message): Promise<unknown> {
    if (this.note.channelId === null) return null;
    const { surface } = this;
    const channel = await sendable(surface.client, this.note.channelId);
    const known = this.#messageId;
    if (known !== null) {
      try {
        return await patiently(surface, () => channel.messages.edit(known, this.#resumed(shown)));
      } catch (error) {
        if (isPassing(error) || !isRefusal(error, 'unknownMessage')) throw error;
      }
    }
    const sent = await patiently<ChatMessage>(surface, () => channel.send(this.#resumed(shown)));
    this.#messageId = sent.id;
    return sent;
  }

  #resumed(shown: Message): Message {
    return message(...shown.components, text(this.words.reindex.resumed));
  }
}

async function sendable(client: Client, channelId: string | null): Promise<SendableChannels> {
  const channel = channelId === null ? null : await client.channels.fetch(channelId);
  if (!channel?.isSendable()) throw new Error('the channel takes no messages');
  return channel;
}

// ------------------------------------------------------------ how it looks

function progressWords({ done, total }: RunningReindex, { reindex: said }: Words): string {
  if (total === 0) return said.starting;
  return said.running(progressBar(done / total), Math.floor((done / total) * 100), done, total);
}

function runningMessage(state: RunningReindex, key: string, words: Words): Message {
  const cancel =
    key === '' || state.stop.signal.aborted
      ? []
      : [row(button(customId('cancel', key), words.reindex.cancel, ButtonStyle.Danger))];
  return message(container(ACCENT.quiet, [text(progressWords(state, words)), ...cancel]));
}

function startingMessage(key: string, words: Words): Message {
  const cancel = button(customId('cancel', key), words.reindex.cancel, ButtonStyle.Danger);
  return message(container(ACCENT.quiet, [text(words.reindex.starting), row(cancel)]));
}

function doneMessage(report: ReindexReport, { reindex: said }: Words): Message {
  const { passages, articles, embedded, seconds, damaged } = report;
  const done = text(said.done(passages, articles, embedded, seconds.toFixed(1)));
  if (damaged.length === 0) return message(container(ACCENT.good, [done]));
  return message(container(ACCENT.bad, [done, text(`⚠️ ${said.damaged(damaged.length)}`)]));
}
