/**
 * One interaction from its arrival to its answer. It knows in which state of being answered the interaction is, so
 * that a handler only says what is shown to all who see the answer (`show`) and what to this person alone (`tell`).
 */
import {
  MessageFlags,
  type AutocompleteInteraction,
  type Interaction,
  type InteractionEditReplyOptions,
  type Message as ChatMessage,
} from 'discord.js';
import type { Library } from '../library.js';
import { sentence, type Message } from './components.js';
import { patiently, tellDirectly } from './delivery.js';
import { isRefusal } from './failures.js';
import { cut } from './markdown.js';
import { libraryOf, type Surface } from './surface.js';
import { wordsFor, type Words } from './words.js';

/** Letters of a message without components. */
const MAX_CONTENT = 2_000;

/** Everything but autocompletion can be answered with a message. */
export type Answerable = Exclude<Interaction<'cached' | 'raw'>, AutocompleteInteraction>;

/**
 * How it was acknowledged: with a place for a message to all (`public`) or to this person (`private`), or by
 * announcing a change of the message that the button stands under (`update`).
 */
export type Acknowledged = 'public' | 'private' | 'update';

export interface File {
  readonly name: string;
  readonly bytes: Buffer;
}

export class Turn<I extends Answerable = Answerable> {
  readonly words: Words;
  readonly userId: string;
  readonly guildId: string;
  #acknowledged: Acknowledged | 'no' = 'no';
  #isShown = false;

  constructor(
    readonly surface: Surface,
    readonly interaction: I,
  ) {
    this.words = wordsFor(interaction.locale);
    this.userId = interaction.user.id;
    this.guildId = interaction.guildId;
  }

  get isAcknowledged(): boolean {
    return this.#acknowledged !== 'no';
  }

  /** The library of the server it comes from. */
  library(): Promise<Library> {
    return libraryOf(this.surface, this.guildId);
  }

  /** The first thing that any handler does, within three seconds of the interaction. */
  async acknowledge(how: Acknowledged): Promise<void> {
    const { interaction } = this;
    try {
      if (how !== 'update') await interaction.deferReply(how === 'private' ? { flags: MessageFlags.Ephemeral } : {});
      else if (interaction.isMessageComponent() || (interaction.isModalSubmit() && interaction.isFromMessage())) {
        await interaction.deferUpdate();
      } else await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    } catch (error) {
      // Discord took it and then failed to say so: the second try of the same call is refused.
      if (!isRefusal(error, 'alreadyAcknowledged')) throw error;
      interaction.deferred = true;
      interaction.ephemeral = how === 'private';
    }
    this.#acknowledged = how;
  }

  /** Fills (or changes) the answer, or the message under whose button this began. */
  async show(message: Message, files: readonly File[] = []): Promise<ChatMessage> {
    const attached = files.map(({ name, bytes }) => ({ name, attachment: bytes }));
    const body: InteractionEditReplyOptions = { ...message, ...(attached.length > 0 && { files: attached }) };
    const shown = await patiently(this.surface, () => this.interaction.editReply(body));
    this.#isShown = true;
    return shown;
  }

  /**
   * `show` at the end of something long: when the interaction's fifteen minutes are over, `words` go to the person by
   * direct message instead.
   */
  async conclude(message: Message, words: string): Promise<void> {
    try {
      await this.show(message);
    } catch (error) {
      if (!isRefusal(error, 'invalidWebhookToken', 'unknownWebhook')) throw error;
      await tellDirectly(this.surface, this.userId, cut(words, MAX_CONTENT));
    }
  }

  /** Says something to this person alone. What was promised to all is withdrawn. */
  async tell(words: string): Promise<void> {
    const { interaction, surface } = this;
    const body = { ...sentence(words), flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral } as const;
    if (this.#acknowledged === 'no') {
      await interaction.reply(body);
      this.#acknowledged = 'private';
      this.#isShown = true;
    } else if (this.#acknowledged === 'private') {
      await this.show(sentence(words));
    } else {
      if (this.#acknowledged === 'public' && !this.#isShown) await this.#withdraw();
      await patiently(surface, () => interaction.followUp(body));
    }
  }

  /** Takes back the "is thinking…" that all see; it may be gone already. */
  async #withdraw(): Promise<void> {
    this.#isShown = true;
    try {
      await patiently(this.surface, () => this.interaction.deleteReply());
    } catch (error) {
      if (!isRefusal(error, 'unknownMessage', 'unknownWebhook')) throw error;
    }
  }
}
