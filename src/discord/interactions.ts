/** Which function answers which command, button, menu and form. */
import {
  DiscordAPIError,
  type AnySelectMenuInteraction,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
} from 'discord.js';
import { toFailure } from '../errors.js';
import { addArticle, addMessage, addText, showTrial } from './adding.js';
import { context, helpful, more, notHelpful } from './answer-buttons.js';
import {
  completeArticle,
  decideRemoval,
  listArticles,
  refreshArticles,
  removeArticle,
  showArticle,
  showPage,
} from './articles.js';
import { ask, tryQuestion } from './asking.js';
import { parseCustomId, type Pressed } from './buttons.js';
import { ADD_TO_LIBRARY } from './commands.js';
import { isPassing, nameOf, tellDirectly } from './delivery.js';
import { sayFailure } from './failures.js';
import { askDeletion, deleteLibrary, exportLibrary } from './holdings.js';
import { cancelReindex, reindex } from './reindexing.js';
import { changeSetting, showSettings } from './settings.js';
import { clearGaps, showGaps, showStatus } from './status.js';
import type { Surface } from './surface.js';
import { Turn, type Answerable } from './turn.js';

type InServer = 'cached' | 'raw';
type Handler<I extends Answerable> = (turn: Turn<I>) => Promise<void>;
type PressHandler<I extends Answerable> = (turn: Turn<I>, pressed: Pressed) => Promise<void>;

const COMMANDS: Readonly<Record<string, Handler<ChatInputCommandInteraction<InServer>>>> = {
  ask,
  articles: listArticles,
  'article add': addArticle,
  'article remove': removeArticle,
  'article refresh': refreshArticles,
  reindex,
  'library status': showStatus,
  'library gaps': showGaps,
  'library settings': showSettings,
  'library export': exportLibrary,
  'library delete': askDeletion,
};

const MESSAGE_MENU: Readonly<Record<string, Handler<MessageContextMenuCommandInteraction<InServer>>>> = {
  [ADD_TO_LIBRARY]: addMessage,
};

/** By the verb of the custom id. */
const BUTTONS: Readonly<Record<string, PressHandler<ButtonInteraction<InServer>>>> = {
  more,
  context,
  helpful,
  'not-helpful': notHelpful,
  try: showTrial,
  page: showPage,
  remove: decideRemoval,
  keep: decideRemoval,
  cancel: cancelReindex,
  clear: clearGaps,
};

const MENUS: Readonly<Record<string, PressHandler<AnySelectMenuInteraction<InServer>>>> = {
  pick: showArticle,
  set: changeSetting,
};

const FORMS: Readonly<Record<string, PressHandler<ModalSubmitInteraction<InServer>>>> = {
  form: addText,
  trial: tryQuestion,
  delete: deleteLibrary,
};

/** Answers one interaction. Never rejects: what goes wrong is told to the person and logged. */
export async function handleInteraction(surface: Surface, interaction: Interaction): Promise<void> {
  if (!interaction.inGuild()) return;
  if (interaction.isAutocomplete()) return completed(surface, interaction);
  const turn = new Turn<Answerable>(surface, interaction);
  try {
    await dispatch(turn);
  } catch (error) {
    await explain(turn, error);
  }
}

async function dispatch(turn: Turn): Promise<void> {
  const { interaction, surface, words } = turn;
  if (surface.work.isStopping) return turn.tell(words.failures.closed);
  if (interaction.isChatInputCommand()) {
    const name = [interaction.commandName, interaction.options.getSubcommand(false)].filter(Boolean).join(' ');
    const handler = COMMANDS[name];
    return handler ? handler(turn as Turn<typeof interaction>) : turn.tell(words.failures['bad-usage']);
  }
  if (interaction.isMessageContextMenuCommand()) {
    const handler = MESSAGE_MENU[interaction.commandName];
    return handler ? handler(turn as Turn<typeof interaction>) : turn.tell(words.failures['bad-usage']);
  }
  if (!interaction.isMessageComponent() && !interaction.isModalSubmit()) return turn.tell(words.failures['bad-usage']);

  if (surface.presses.take(turn.userId) > 0) return turn.tell(words.press.tooFast);
  const pressed = parseCustomId(interaction.customId);
  if (pressed !== null) {
    if (interaction.isButton()) {
      const handler = BUTTONS[pressed.verb];
      if (handler) return handler(turn as Turn<typeof interaction>, pressed);
    } else if (interaction.isModalSubmit()) {
      const handler = FORMS[pressed.verb];
      if (handler) return handler(turn as Turn<typeof interaction>, pressed);
    } else {
      const handler = MENUS[pressed.verb];
      if (handler) return handler(turn as Turn<typeof interaction>, pressed);
    }
  }
  return turn.tell(words.press.unknown);
}

async function completed(surface: Surface, interaction: AutocompleteInteraction<InServer>): Promise<void> {
  try {
    await completeArticle(surface, interaction);
  } catch (error) {
    surface.log.info({ guild: interaction.guildId, error: nameOf(error) }, 'could not complete a title');
  }
}

/** Tells a person what went wrong, in whatever way is left. */
async function explain(turn: Turn, error: unknown): Promise<void> {
  const { surface, words, guildId } = turn;
  const isDiscords = error instanceof DiscordAPIError || isPassing(error);
  const failure = isDiscords ? { code: 'discord-failed' as const, message: nameOf(error) } : toFailure(error);
  if (failure.code === 'internal') surface.log.error({ guild: guildId, err: error }, 'an interaction failed');
  else
    surface.log.info(
      { guild: guildId, code: failure.code, error: nameOf(error) },
      'an interaction was not answered as wished',
    );
  const said = sayFailure(words, failure);
  try {
    // Discord has given the interaction up; only a direct message is left.
    if (!turn.isAcknowledged && isDiscords) await tellDirectly(surface, turn.userId, words.message.lost);
    else await turn.tell(said);
  } catch (second) {
    surface.log.warn({ guild: guildId, error: nameOf(second) }, 'could not say what went wrong where it was asked');
    await tellDirectly(surface, turn.userId, said);
  }
}
