/** `/library status` and `/library gaps` */
import {
  ButtonStyle,
  PermissionFlagsBits,
  PermissionsBitField,
  type ChatInputCommandInteraction,
  type GuildBasedChannel,
} from 'discord.js';
import type { Gap, LibrarySettings, LibraryStatus } from '../library.js';
import { PANEL_TTL_MS, customId, forget, keep, recall, type Pressed } from './buttons.js';
import { ACCENT, button, container, message, row, sentence, text, type Message } from './components.js';
import { escapeMarkdown, oneLine } from './markdown.js';
import { articlesChanged, type Surface } from './surface.js';
import type { Turn } from './turn.js';
import { dateIn, type Words } from './words.js';

/** What the bot needs in a channel to be asked there. */
const ASK_CHANNEL_PERMISSIONS = [
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.SendMessages,
  PermissionFlagsBits.ReadMessageHistory,
] as const;

const MAX_GAPS_SHOWN = 8;
const MAX_GAP_QUESTION = 100;
const MAX_VARIANT = 60;
const MAX_VARIANTS = 2;
const MAX_PLACES = 3;
/** Problems with the library's health that are named. */
const MAX_PROBLEMS = 5;
const MAX_PROBLEM = 200;
const MAX_MISSING = 5;
const MEGABYTE = 1024 * 1024;

/** `/library status` */
export async function showStatus(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  articlesChanged(turn.surface, library);
  await library.check();
  const missing = missingPermissions(turn.surface, turn.guildId, library.settings);
  await turn.show(statusMessage(library.status(), { missing, readsContent: turn.surface.readsContent }, turn.words));
}

/** Ask channels in which the bot lacks a permission, with the names of what it lacks. */
export function missingPermissions(
  surface: Surface,
  guildId: string,
  { askChannels }: LibrarySettings,
): { channel: string; permissions: string[] }[] {
  const guild = surface.client.guilds.cache.get(guildId);
  return askChannels.flatMap((id) => {
    const channel = guild?.channels.cache.get(id);
    const lacking = channel ? lackingIn(channel) : [];
    return lacking.length > 0 ? [{ channel: `<#${id}>`, permissions: lacking }] : [];
  });
}

function lackingIn(channel: GuildBasedChannel): string[] {
  const granted = channel.permissionsFor(channel.client.user);
  return new PermissionsBitField([...ASK_CHANNEL_PERMISSIONS]).toArray().filter((name) => !granted?.has(name));
}

function statusMessage(
  status: LibraryStatus,
  { missing, readsContent }: { missing: { channel: string; permissions: string[] }[]; readsContent: boolean },
  words: Words,
): Message {
  const said = words.status;
  const isWell = status.health === 'ok' && missing.length === 0 && readsContent;
  const reindexing = said.reindex[status.reindex];
  return message(
    container(isWell ? ACCENT.good : ACCENT.bad, [
      text(said.heading),
      text(
        [
          said.contents(status.articles, status.passages),
          `${said.gaps}: ${status.gaps}`,
          `${said.answers}: ${said.ratings(status.helpful, status.notHelpful)}`,
          `${said.model}: ${oneLine(status.model, MAX_PROBLEM)}`,
          `${said.disk}: ${(status.bytes / MEGABYTE).toFixed(1)} MB`,
          ...(status.lastChangedAt === null ? [] : [`${said.changed}: ${dateIn(words, status.lastChangedAt)}`]),
          ...(reindexing === '' ? [] : [reindexing]),
        ].join('\n'),
      ),
      text(
        [
          ...(status.health === 'ok'
            ? []
            : status.health.slice(0, MAX_PROBLEMS).map((problem) => `⚠️ ${oneLine(problem, MAX_PROBLEM)}`)),
          ...missing
            .slice(0, MAX_MISSING)
            .map(({ channel, permissions }) => `⚠️ ${said.missing(channel, permissions.join(', '))}`),
          ...(readsContent ? [] : [`⚠️ ${said.noContentIntent}`]),
          ...(isWell ? [said.healthy] : []),
        ].join('\n'),
      ),
    ]),
  );
}

/** `/library gaps` */
export async function showGaps(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const gaps = await library.gaps();
  if (gaps.length === 0) return turn.tell(turn.words.gaps.none);
  const key = keep(library.notes, 'gaps', { owner: turn.userId }, PANEL_TTL_MS);
  await turn.show(gapsMessage(gaps, key, turn.words));
}

/** "Clear the list" */
export async function clearGaps(turn: Turn, { key }: Pressed): Promise<void> {
  await turn.acknowledge('update');
  const library = await turn.library();
  const kept = recall(library.notes, 'gaps', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  if (kept.owner !== turn.userId) return turn.tell(turn.words.press.notYours);
  forget(library.notes, key);
  await turn.show(sentence(turn.words.gaps.cleared(library.clearGaps())));
}

function gapsMessage(gaps: readonly Gap[], key: string, words: Words): Message {
  return message(
    container(ACCENT.quiet, [
      text(words.gaps.heading(gaps.length)),
      ...gaps.slice(0, MAX_GAPS_SHOWN).map((gap) => text(gapLines(gap, words))),
      row(button(customId('clear', key), words.gaps.clear, ButtonStyle.Danger)),
    ]),
  );
}

function gapLines({ question, variants, times, places, lastAskedAt }: Gap, { gaps, ...words }: Words): string {
  const where = places
    .slice(0, MAX_PLACES)
    .map((place) => (/^\d{17,20}$/.test(place) ? `<#${place}>` : escapeMarkdown(place)));
  const facts = [
    gaps.times(times),
    gaps.last(dateIn({ gaps, ...words }, lastAskedAt)),
    ...(where.length > 0 ? [gaps.where(where.join(', '))] : []),
  ];
  const also = variants.slice(0, MAX_VARIANTS).map((variant) => `“${oneLine(variant, MAX_VARIANT)}”`);
  return [
    `**${oneLine(question, MAX_GAP_QUESTION)}**`,
    `-# ${facts.join(' · ')}`,
    ...(also.length > 0 ? [`-# ${gaps.also(also.join(', '))}`] : []),
  ].join('\n');
}
