/** What a test script holds after it has made the bot answer an interaction. */
import { CALLBACK_TYPE, INTERACTION_DEADLINE_MS, MESSAGE_FLAG, clone } from './constants.mjs';
import { DriverTimeout } from './errors.mjs';

export class InteractionHandle {
  /** @param wait Driver.waitUntil */
  constructor({ world, record, wait }) {
    Object.assign(this, { world, record, wait });
    this.sourceRevision = record.sourceMessage?.revision;
  }

  get id() {
    return this.record.id;
  }
  get interaction() {
    return this.record.payload;
  }
  /** Everything the bot did with this interaction: [{at, afterMs, kind: callback|edit|followup|delete|late-callback, message}]. */
  get history() {
    return this.record.history;
  }
  /** Makes the interaction's token invalid, as it becomes after 15 minutes. */
  expire() {
    this.record.expired = true;
  }

  /** Waits for the callback: {afterMs, type, data, ephemeral, message}. */
  async firstResponse(timeoutMs = INTERACTION_DEADLINE_MS + 500) {
    const { record } = this;
    await this.wait(
      () => record.ack || record.lateCallbackAt,
      timeoutMs,
      () =>
        `the bot did not answer ${this.#describe()} within ${timeoutMs} ms${
          record.rejections.length > 0 ? `; its callback was refused: ${JSON.stringify(record.rejections.at(-1))}` : ''
        }`,
    );
    if (!record.ack) {
      throw new DriverTimeout(
        `the bot answered ${this.#describe()} too late, after ${record.lateCallbackAt - record.createdAt} ms`,
      );
    }
    const { afterMs, type, data, ephemeral } = record.ack;
    if (type === CALLBACK_TYPE.Modal && !Object.hasOwn(data, 'handle'))
      Object.defineProperty(data, 'handle', { value: this, enumerable: false });
    return { afterMs, type, data, ephemeral, message: this.#callbackMessage() };
  }

  #callbackMessage() {
    return clone(this.record.history.find((one) => one.kind === 'callback')?.message) ?? null;
  }

  /**
   * Waits until the bot has really answered: until a deferred response is filled (or deleted, or followed up), a
   * deferred update has changed the message, or else just the callback.
   */
  async final({ timeoutMs = 15_000 } = {}) {
    await this.firstResponse(Math.min(timeoutMs, INTERACTION_DEADLINE_MS + 500));
    await this.wait(
      () => this.#isAnswered(),
      timeoutMs,
      () => `${this.#describe()} was deferred and still unanswered after ${timeoutMs} ms`,
    );
    return this.result();
  }

  /** Waits until the bot has answered and then done nothing more with the interaction for `quietMs`. */
  async settled(quietMs = 500, { timeoutMs = 60_000 } = {}) {
    const start = Date.now();
    await this.final({ timeoutMs });
    for (;;) {
      const lastAt = Math.max(this.record.history.at(-1).at, this.#lastEditAt());
      const rest = lastAt + quietMs - Date.now();
      if (rest <= 0) return this.result();
      if (Date.now() - start > timeoutMs)
        throw new DriverTimeout(`${this.#describe()} did not come to rest within ${timeoutMs} ms`);
      await new Promise((resolve) => {
        setTimeout(resolve, rest);
      });
    }
  }

  /** Edits through the channel's routes are not in the interaction's history, but move the edit time. */
  #lastEditAt() {
    return Date.parse(this.record.original?.edited_timestamp ?? 0);
  }

  #isAnswered() {
    const { ack, original, followups } = this.record;
    if (ack.type === CALLBACK_TYPE.DeferredMessage) {
      return !(original.flags & MESSAGE_FLAG.Loading) || this.#isGone(original) || followups.length > 0;
    }
    if (ack.type === CALLBACK_TYPE.DeferredUpdate) {
      return original.revision !== this.sourceRevision || this.#isGone(original) || followups.length > 0;
    }
    return true;
  }

  #isGone(message) {
    return !this.world.findMessage(message.channel_id, message.id);
  }

  /** The answer as it stands now: {type, message, followups, ephemeral, deleted, modal, choices, firstAfterMs, history}. */
  result() {
    const { ack, original, followups, history } = this.record;
    const present = (message) => message && !this.#isGone(message);
    return {
      type: ack.type,
      firstAfterMs: ack.afterMs,
      ephemeral: ack.ephemeral,
      message: present(original) ? this.world.messagePayload(original) : null,
      deleted: Boolean(original) && !present(original),
      followups: followups.filter(present).map((message) => this.world.messagePayload(message)),
      modal: ack.type === CALLBACK_TYPE.Modal ? ack.data : null,
      choices: ack.type === CALLBACK_TYPE.Autocomplete ? clone(ack.data.choices) : null,
      history: clone(history),
    };
  }

  #describe() {
    const { data } = this.record.payload;
    return data.custom_id !== undefined
      ? `the use of component or modal "${data.custom_id}"`
      : `command "${data.name}"`;
  }
}
