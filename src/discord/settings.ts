/** `/library settings`: a panel of menus; each choice is stored at once. */
import {
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
  type AnySelectMenuInteraction,
  type APIStringSelectComponent,
  type ChatInputCommandInteraction,
} from 'discord.js';
import type { LibrarySettings } from '../library.js';
import { PANEL_TTL_MS, customId, keep, recall, type Pressed } from './buttons.js';
import { ACCENT, container, message, row, text, type Message } from './components.js';
import { missingPermissions } from './status.js';
import type { Turn } from './turn.js';
import type { Words } from './words.js';

/** Discord's most for one menu. */
const MAX_ASK_CHANNELS = 25;
const EXCERPTS = [1, 2, 3];
const THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const DEFAULT_THRESHOLD = 'default';

/** `/library settings` */
export async function showSettings(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const key = keep(library.notes, 'settings', { owner: turn.userId }, PANEL_TTL_MS);
  await turn.show(settingsMessage(turn, library.settings, key, false));
}

/** A choice in the panel; the argument names the setting. */
export async function changeSetting(
  turn: Turn<AnySelectMenuInteraction<'cached' | 'raw'>>,
  { key, argument }: Pressed,
): Promise<void> {
  await turn.acknowledge('update');
  const library = await turn.library();
  const kept = recall(library.notes, 'settings', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  if (kept.owner !== turn.userId) return turn.tell(turn.words.press.notYours);
  const changes = changesBy(argument, turn.interaction.values);
  if (changes === null) return turn.tell(turn.words.press.unknown);
  const settings = library.configure(changes);
  turn.surface.servers.set(turn.guildId, settings);
  turn.surface.log.info({ guild: turn.guildId, setting: argument }, 'changed a setting');
  await turn.show(settingsMessage(turn, settings, key, true));
}

/** What the choice of `values` in the menu called `name` changes. */
function changesBy(name: string, values: readonly string[]): Partial<LibrarySettings> | null {
  const [value = ''] = values;
  switch (name) {
    case 'askChannels':
      return { askChannels: values };
    case 'answerIn':
      return value === 'channel' || value === 'thread' ? { answerIn: value } : null;
    case 'excerpts':
      return { excerpts: Number(value) };
    case 'answerThreshold':
      return { answerThreshold: value === DEFAULT_THRESHOLD ? null : Number(value) };
    default:
      return null;
  }
}

function settingsMessage(turn: Turn, settings: LibrarySettings, key: string, isSaved: boolean): Message {
  const { words, surface, guildId } = turn;
  const said = words.settings;
  const unreadable = missingPermissions(surface, guildId, settings).map(({ channel }) => said.notReadable(channel));
  return message(
    container(ACCENT.quiet, [
      text(said.heading),
      text([said.askChannels, ...unreadable.slice(0, 3)].join('\n')),
      row({
        type: ComponentType.ChannelSelect,
        custom_id: customId('set', key, 'askChannels'),
        placeholder: said.askChannelsHint,
        channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement],
        min_values: 0,
        max_values: MAX_ASK_CHANNELS,
        default_values: settings.askChannels
          .slice(0, MAX_ASK_CHANNELS)
          .map((id) => ({ id, type: SelectMenuDefaultValueType.Channel })),
      }),
      text(said.answerIn),
      row(
        menu(
          key,
          'answerIn',
          [
            ['channel', said.channel],
            ['thread', said.thread],
          ],
          settings.answerIn,
        ),
      ),
      text(said.excerpts),
      row(
        menu(
          key,
          'excerpts',
          EXCERPTS.map((count) => [String(count), said.count(count)]),
          String(settings.excerpts),
        ),
      ),
      text(said.threshold),
      row(thresholdMenu(key, settings.answerThreshold, surface.config.answerThreshold, words)),
      ...(isSaved ? [text(said.saved)] : []),
    ]),
  );
}

function thresholdMenu(
  key: string,
  chosen: number | null,
  byDefault: number,
  { settings: said }: Words,
): APIStringSelectComponent {
  const steps =
    chosen === null || THRESHOLDS.includes(chosen) ? THRESHOLDS : [...THRESHOLDS, chosen].sort((a, b) => a - b);
  const options: [string, string][] = [
    [DEFAULT_THRESHOLD, said.byDefault(String(byDefault))],
    ...steps.map((step): [string, string] => [String(step), String(step)]),
  ];
  return menu(key, 'answerThreshold', options, chosen === null ? DEFAULT_THRESHOLD : String(chosen));
}

function menu(
  key: string,
  name: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
): APIStringSelectComponent {
  return {
    type: ComponentType.StringSelect,
    custom_id: customId('set', key, name),
    options: options.map(([value, label]) => ({ value, label, default: value === chosen })),
  };
}
