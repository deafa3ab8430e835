/** The library as a whole: `/library export`, and `/library delete` for the server's owner. */
import {
  ComponentType,
  TextInputStyle,
  type APIModalInteractionResponseCallbackData,
  type ChatInputCommandInteraction,
  type ModalSubmitInteraction,
} from 'discord.js';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DamagedArticle, Library } from '../library.js';
import { CONFIRM_TTL_MS, customId, keep, newKey, recall, type Pressed } from './buttons.js';
import { message, text } from './components.js';
import type { File, Turn } from './turn.js';

/** What is gathered in memory before it is packed; packed, it must fit Discord's upload limit anyway. */
const MAX_EXPORT_BYTES = 200 * 1024 * 1024;
/** Left for the rest of the request. */
const UPLOAD_MARGIN = 64 * 1024;
/** Lines after which questions get their turn. */
const LINES_A_BREATH = 50;

const packed = promisify(gzip);

/** `/library export` */
export async function exportLibrary(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const limit = turn.interaction.attachmentSizeLimit - UPLOAD_MARGIN;
  const damaged: string[] = [];
  const file = await exportFile(library, limit, ({ id }) => void damaged.push(id));
  if (file === null) return turn.tell(turn.words.export.tooLarge(turn.guildId));
  // Files of a message made of components are seen only where a component shows them.
  const shown = { type: ComponentType.File, file: { url: `attachment://${file.name}` } } as const;
  const said = turn.words.export;
  const lines = [
    said.done(library.status().articles - damaged.length),
    ...(damaged.length > 0 ? [`⚠️ ${said.damaged(damaged.length)}`] : []),
  ];
  await turn.show(message(text(lines.join('\n')), shown), [file]);
}

/** The export as one file, packed where it must be; null where it is too large even then. */
async function exportFile(
  library: Library,
  limit: number,
  onDamaged: (article: DamagedArticle) => void,
): Promise<File | null> {
  const lines: Buffer[] = [];
  let size = 0;
  for (const line of library.export(onDamaged)) {
    const bytes = Buffer.from(line.endsWith('\n') ? line : `${line}\n`);
    size += bytes.length;
    if (size > MAX_EXPORT_BYTES) return null;
    if (lines.push(bytes) % LINES_A_BREATH === 0) await breathe();
  }
  const whole = Buffer.concat(lines, size);
  if (whole.length <= limit) return { name: 'library.jsonl', bytes: whole };
  const small = await packed(whole);
  return small.length <= limit ? { name: 'library.jsonl.gz', bytes: small } : null;
}

/** `/library delete`: a form in which the owner types the server's name. */
export async function askDeletion(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  const { words, interaction, surface } = turn;
  const guild = surface.client.guilds.cache.get(turn.guildId);
  if (guild?.ownerId !== turn.userId) return turn.tell(words.delete.ownerOnly);
  const key = newKey();
  await interaction.showModal({
    custom_id: customId('delete', key),
    title: words.delete.formTitle,
    components: [
      {
        type: ComponentType.Label,
        label: words.delete.formLabel,
        component: {
          type: ComponentType.TextInput,
          custom_id: 'name',
          style: TextInputStyle.Short,
          placeholder: guild.name,
          required: true,
          max_length: 100,
        },
      },
    ],
  } satisfies APIModalInteractionResponseCallbackData);
  keep((await turn.library()).notes, 'deletion', { owner: turn.userId }, CONFIRM_TTL_MS, key);
}

/** The form of `/library delete`, filled in. */
export async function deleteLibrary(
  turn: Turn<ModalSubmitInteraction<'cached' | 'raw'>>,
  { key }: Pressed,
): Promise<void> {
  await turn.acknowledge('private');
  const { surface, guildId, words } = turn;
  const { notes } = await turn.library();
  if (recall(notes, 'deletion', key)?.owner !== turn.userId) return turn.tell(words.press.unknown);
  const typed = turn.interaction.fields.getTextInputValue('name').trim();
  if (typed !== surface.client.guilds.cache.get(guildId)?.name.trim()) return turn.tell(words.delete.mismatch);
  surface.reindexes.get(guildId)?.stop.abort();
  await surface.libraries.delete(guildId);
  surface.servers.delete(guildId);
  surface.presence.articles(guildId, null);
  surface.log.warn({ guild: guildId }, 'the owner deleted the library of a server');
  await turn.tell(words.delete.done);
}
