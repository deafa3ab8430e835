/** Articles into the library: from an address, a file, a form, or everything in a message. */
import {
  ComponentType,
  TextInputStyle,
  type APIModalInteractionResponseCallbackData,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Message as ChatMessage,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
} from 'discord.js';
import { toFailure } from '../errors.js';
import { MAX_QUESTION_LENGTH, type AddProgress, type AddResult, type Library, type Source } from '../library.js';
import { readAttachment, type Attached } from './attachments.js';
import { CONFIRM_TTL_MS, customId, keep, newKey, recall, type Pressed } from './buttons.js';
import { ACCENT, button, container, message, row, text, type Message } from './components.js';
import { nameOf } from './delivery.js';
import { sayFailure } from './failures.js';
import { cut, harmless, oneLine } from './markdown.js';
import { ProgressShow } from './progress.js';
import { articlesChanged } from './surface.js';
import type { Turn } from './turn.js';
import type { Words } from './words.js';

/** What is taken from one message at once. */
const MAX_SOURCES = 10;
const EDIT_INTERVAL_MS = 1_500;
/** Ten of these, escaped, with what became of them stay within one message. */
const MAX_NAME = 70;
/** A text input holds 4,000 letters, a modal's title 45. */
const MAX_FORM_TEXT = 4_000;
const MAX_FORM_NAME = 200;
const MAX_TEXT_NAME = 80;

/** Something to be added, with the name it goes by until it has a title. */
export interface Intake {
  readonly name: string;
  /** Gives the source; reads the attachment where it is one. */
  readonly open: () => Promise<Source>;
}

/** Where one intake stands. */
type State = { readonly name: string } & ({ readonly progress: AddProgress | null } | { readonly result: AddResult });

// ------------------------------------------------------------ commands and forms

/** `/article add [url] [file]`; with neither, a form to paste a text. */
export async function addArticle(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  const { options } = turn.interaction;
  const url = options.getString('url');
  const file = options.getAttachment('file');
  if (url === null && file === null) return showForm(turn);
  await turn.acknowledge('private');
  await addAll(turn, [...(url === null ? [] : [fromUrl(url)]), ...(file === null ? [] : [fromAttachment(turn, file)])]);
}

/** The form of `/article add`, filled in. */
export async function addText(turn: Turn<ModalSubmitInteraction<'cached' | 'raw'>>, { key }: Pressed): Promise<void> {
  await turn.acknowledge('private');
  const { notes } = await turn.library();
  if (recall(notes, 'form', key)?.owner !== turn.userId) return turn.tell(turn.words.press.unknown);
  const title = turn.interaction.fields.getTextInputValue('title').trim();
  const body = turn.interaction.fields.getTextInputValue('text').trim();
  if (body === '') return turn.tell(turn.words.add.formEmpty);
  await addAll(turn, [fromText(title, body)]);
}

/** Message menu "Add to library": the links and files of a message; where there are none, its text. */
export async function addMessage(turn: Turn<MessageContextMenuCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const target = turn.interaction.targetMessage;
  const found = [...linksIn(target).map(fromUrl), ...target.attachments.map((file) => fromAttachment(turn, file))];
  const body = target.content.trim();
  const intakes = found.length > 0 || body === '' ? found : [fromText('', body)];
  if (intakes.length === 0) return turn.tell(turn.words.add.nothing);
  await addAll(turn, intakes);
}

/** "Try a question": a form whose answer only this person sees. */
export async function showTrial(turn: Turn<ButtonInteraction<'cached' | 'raw'>>): Promise<void> {
  const { add } = turn.words;
  await turn.interaction.showModal({
    custom_id: customId('trial', newKey()),
    title: add.tryIt,
    components: [
      {
        type: ComponentType.Label,
        label: add.tryLabel,
        description: add.tryHint,
        component: {
          type: ComponentType.TextInput,
          custom_id: 'question',
          style: TextInputStyle.Short,
          required: true,
          max_length: MAX_QUESTION_LENGTH,
        },
      },
    ],
  } satisfies APIModalInteractionResponseCallbackData);
}

async function showForm(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  const { add } = turn.words;
  const key = newKey();
  await turn.interaction.showModal({
    custom_id: customId('form', key),
    title: add.formTitle,
    components: [
      {
        type: ComponentType.Label,
        label: add.formName,
        component: {
          type: ComponentType.TextInput,
          custom_id: 'title',
          style: TextInputStyle.Short,
          required: false,
          max_length: MAX_FORM_NAME,
        },
      },
      {
        type: ComponentType.Label,
        label: add.formText,
        description: add.formTextHint,
        component: {
          type: ComponentType.TextInput,
          custom_id: 'text',
          style: TextInputStyle.Paragraph,
          required: true,
          max_length: MAX_FORM_TEXT,
        },
      },
    ],
  } satisfies APIModalInteractionResponseCallbackData);
  keep((await turn.library()).notes, 'form', { owner: turn.userId }, CONFIRM_TTL_MS, key);
}

// ------------------------------------------------------------ what is added

/** Every web address in a message's text and embeds, once. */
export function linksIn({ content, embeds }: Pick<ChatMessage, 'content' | 'embeds'>): string[] {
  const written = [...content.matchAll(/https?:\/\/[^\s<>"]+/gi)].map(([link]) => withoutTail(link));
  const embedded = embeds.map((embed) => embed.url).filter((url) => url !== null);
  return [...new Set([...written, ...embedded])].filter((link) => URL.canParse(link));
}

/** An address in running text without the punctuation that belongs to the sentence. */
function withoutTail(link: string): string {
  const bare = link.replace(/[.,;:!?'*_~|。，；：！？、]+$/u, '');
  const unopened = /[)\]）】」』》]$/u.test(bare) && !/[(（[【]/u.test(bare);
  return unopened ? withoutTail(bare.slice(0, -1)) : bare;
}

function fromUrl(url: string): Intake {
  return { name: url, open: () => Promise.resolve({ kind: 'url', url: url.trim() }) };
}

function fromAttachment({ surface }: Turn, file: Attached): Intake {
  const { fetch, discord } = surface.config;
  const limits = { maxBytes: fetch.maxBytes, timeoutMs: fetch.timeoutMs, apiUrl: discord.apiUrl };
  return { name: file.name, open: () => readAttachment(file, limits) };
}

/** A pasted text under its title; without one its first line serves. */
function fromText(title: string, body: string): Intake {
  const name = title || cut(harmless(body.split('\n', 1)[0] ?? '').trim(), MAX_TEXT_NAME);
  const bytes = new TextEncoder().encode(title === '' ? body : `${title}\n\n${body}`);
  return {
    name,
    open: () => Promise.resolve({ kind: 'bytes', name, bytes, contentType: 'text/plain; charset=utf-8' }),
  };
}

// ------------------------------------------------------------ adding, with progress

async function addAll(turn: Turn, wanted: readonly Intake[]): Promise<void> {
  const { surface, words } = turn;
  const intakes = wanted.slice(0, MAX_SOURCES);
  const library = await turn.library();
  const states: State[] = intakes.map(({ name }) => ({ name, progress: null }));
  const look = (): Message => addingMessage(states, wanted.length - intakes.length, words);
  const show = new ProgressShow<null>(
    () => turn.show(look()),
    EDIT_INTERVAL_MS,
    surface.now,
    (error) => surface.log.info({ error: nameOf(error) }, 'could not show the progress of adding'),
  );
  for (const [index, { name, open }] of intakes.entries()) {
    const began = surface.now();
    states[index] = { name, progress: { step: 'fetching' } };
    show.update(null);
    const onProgress = (progress: AddProgress): void => {
      states[index] = { name, progress };
      show.update(null);
    };
    const result = await addOne(library, { name, open }, onProgress, () => surface.now() - began);
    states[index] = { name, result };
    surface.log.info(
      { guild: turn.guildId, status: result.status, error: result.error?.code, ms: Math.round(result.tookMs) },
      'added an article',
    );
  }
  await show.end();
  articlesChanged(surface, library);
  await turn.conclude(look(), states.map((state) => stateLine(state, words)).join('\n'));
}

/** Adds one source; a failure to read its attachment is a result like any other. */
async function addOne(
  library: Library,
  { name, open }: Intake,
  onProgress: (progress: AddProgress) => void,
  took: () => number,
): Promise<AddResult> {
  try {
    return await library.add(await open(), { onProgress });
  } catch (error) {
    return { source: name, status: 'failed', tookMs: took(), error: toFailure(error) };
  }
}

function addingMessage(states: readonly State[], leftOut: number, words: Words): Message {
  const results = states.flatMap((state) => ('result' in state ? [state.result] : []));
  const isDone = results.length === states.length;
  const good = results.some((result) => result.status !== 'failed');
  const accent = !isDone ? ACCENT.quiet : good ? ACCENT.good : ACCENT.bad;
  return message(
    container(accent, [
      text(
        [...states.map((state) => stateLine(state, words)), ...(leftOut > 0 ? [words.add.notTaken(leftOut)] : [])].join(
          '\n',
        ),
      ),
      ...(isDone && good ? [row(button(customId('try', newKey()), words.add.tryIt))] : []),
    ]),
  );
}

function stateLine(state: State, words: Words): string {
  const name = `**${oneLine(('result' in state ? state.result.title : undefined) ?? state.name, MAX_NAME)}**`;
  return `${name}\n-# ${'result' in state ? resultWords(state.result, words) : progressWords(state.progress, words)}`;
}

function progressWords(progress: AddProgress | null, { add }: Words): string {
  if (progress === null) return add.waiting;
  return progress.step === 'embedding' ? add.embedding(progress.done, progress.total) : add[progress.step];
}

/** What became of a source, in one line. */
export function resultWords(result: AddResult, words: Words): string {
  const { add } = words;
  const passages = result.passages ?? 0;
  const took = add.took((result.tookMs / 1000).toFixed(1));
  switch (result.status) {
    case 'failed':
      return sayFailure(words, result.error ?? { code: 'internal', message: '' });
    case 'unchanged':
      return add.unchanged;
    case 'updated':
      return `${add.updated(passages, result.changed?.added ?? 0, result.changed?.removed ?? 0)} · ${took}`;
    case 'added':
      return `${add.added(passages)} · ${took}`;
  }
}
