/**
 * The life of an interaction on Discord's side: sent to the bot, answered by one callback within three seconds,
 * then edited and followed up through its webhook token for fifteen minutes.
 */
import { randomBytes } from 'node:crypto';
import {
  ATTACHMENT_SIZE_LIMIT,
  CALLBACK_TYPE,
  COMMAND_TYPE,
  INTERACTION_DEADLINE_MS,
  INTERACTION_TOKEN_LIFETIME_MS,
  INTERACTION_TYPE,
  MESSAGE_FLAG,
  MESSAGE_TYPE,
  clone,
  snowflake,
} from './constants.mjs';
import { apiErrors } from './errors.mjs';
import { applyEdit, draftFrom } from './message-requests.mjs';
import { singleFormError, validateAutocomplete, validateModal } from './validate.mjs';
import { isEphemeral } from './world.mjs';

export class Interactions {
  #byId = new Map();
  #byToken = new Map();

  constructor(world) {
    this.world = world;
  }

  all() {
    return [...this.#byId.values()];
  }

  /**
   * Builds an interaction and sends it to the bot.
   * @param spec {type, data, channelId, userId, sourceMessage?, parent?, focusedOptionType?}; `parent` is the record of
   *   the interaction that a modal came from.
   */
  send({ type, data, channelId, userId, sourceMessage, parent, focusedOptionType }) {
    const { world } = this;
    const channel = world.channel(channelId);
    const guild = world.guilds.get(channel.guild_id);
    const id = snowflake();
    const record = {
      id,
      token: Buffer.from(`interaction:${id}:${randomBytes(64).toString('base64url')}`).toString('base64url'),
      type,
      channelId: channel.id,
      userId,
      sourceMessage,
      parent,
      focusedOptionType,
      createdAt: Date.now(),
      ack: null,
      lateCallbackAt: null,
      expired: false,
      original: null,
      followups: [],
      history: [],
      rejections: [],
    };
    const user = clone(world.users.get(userId));
    record.payload = {
      id,
      application_id: world.application.id,
      type,
      data,
      token: record.token,
      version: 1,
      channel_id: channel.id,
      channel: {
        ...clone(channel),
        ...(guild && { permissions: world.channelPermissions(channel, userId).toString() }),
      },
      ...(guild
        ? {
            guild_id: guild.id,
            guild: { id: guild.id, locale: guild.preferred_locale, features: [...guild.features] },
            guild_locale: guild.preferred_locale,
            member: {
              ...world.memberPayload(guild, guild.members.get(userId)),
              permissions: world.channelPermissions(channel, userId).toString(),
            },
          }
        : { user }),
      ...(sourceMessage && { message: world.messagePayload(sourceMessage) }),
      app_permissions: world.channelPermissions(channel, world.bot.id).toString(),
      locale: world.locales.get(userId) ?? 'en-US',
      entitlements: [],
      entitlement_sku_ids: [],
      authorizing_integration_owners: { 0: guild?.id ?? '0' },
      context: guild ? 0 : 1,
      attachment_size_limit: ATTACHMENT_SIZE_LIMIT,
    };
    this.#byId.set(id, record);
    this.#byToken.set(record.token, record);
    world.emit('dispatch', 'INTERACTION_CREATE', record.payload, { guildId: guild?.id });
    return record;
  }

  // ------------------------------------------------------------ the callback

  /** Handles POST /interactions/:id/:token/callback; returns the body of a with_response answer. */
  callback({ id, token, body, files, arrivedAt }) {
    const record = this.#byId.get(id);
    if (!record || record.token !== token) throw apiErrors.unknownInteraction();
    if (record.ack) throw apiErrors.alreadyAcknowledged();
    if (arrivedAt - record.createdAt > INTERACTION_DEADLINE_MS) {
      record.lateCallbackAt = arrivedAt;
      this.#note(record, 'late-callback');
      throw apiErrors.unknownInteraction();
    }
    let message;
    try {
      this.#refuseWrongType(record, body.type);
      message = this.#answer(record, body.type, body.data ?? {}, files);
    } catch (error) {
      record.rejections.push(error); // an invalid callback leaves the interaction unanswered
      throw error;
    }
    record.ack = {
      type: body.type,
      at: arrivedAt,
      afterMs: arrivedAt - record.createdAt,
      data: clone(body.data ?? null),
      ephemeral: message ? isEphemeral(message) : false,
    };
    this.#note(record, 'callback', message);
    return {
      interaction: {
        id: record.id,
        type: record.type,
        ...(message && {
          response_message_id: message.id,
          response_message_loading: Boolean(message.flags & MESSAGE_FLAG.Loading),
          response_message_ephemeral: isEphemeral(message),
        }),
      },
      ...(message && { resource: { type: body.type, message: this.world.messagePayload(message) } }),
    };
  }

  #refuseWrongType(record, type) {
    const allowed = {
      [INTERACTION_TYPE.Command]: [4, 5, 9],
      [INTERACTION_TYPE.Component]: [4, 5, 6, 7, 9],
      [INTERACTION_TYPE.Autocomplete]: [8],
      [INTERACTION_TYPE.ModalSubmit]: record.sourceMessage ? [4, 5, 6, 7] : [4, 5],
    }[record.type];
    if (!allowed.includes(type))
      throw singleFormError(['type'], 'BASE_TYPE_CHOICES', `Value must be one of (${allowed.join(', ')}).`);
  }

  #answer(record, type, data, files) {
    switch (type) {
      case CALLBACK_TYPE.Message:
        record.original = this.#createMessage(
          record,
          underData(() => draftFrom(this.world, record.channelId, data, files, { allowEphemeral: true })),
          true,
        );
        return record.original;
      case CALLBACK_TYPE.DeferredMessage:
        record.original = this.#createMessage(
          record,
          { flags: (Number(data.flags ?? 0) & MESSAGE_FLAG.Ephemeral) | MESSAGE_FLAG.Loading },
          true,
        );
        return record.original;
      case CALLBACK_TYPE.DeferredUpdate:
        record.original = record.sourceMessage;
        return record.original;
      case CALLBACK_TYPE.Update:
        record.original = underData(() => applyEdit(this.world, record.sourceMessage, data, files));
        return record.original;
      case CALLBACK_TYPE.Autocomplete:
        validateAutocomplete(data, record.focusedOptionType);
        return null;
      default:
        validateModal(data);
        return null;
    }
  }

  #createMessage(record, draft, isResponse) {
    const { world } = this;
    const { commandName, messageType } = responseKind(record);
    const user = clone(world.users.get(record.userId));
    const replyTo = isResponse
      ? record.type === INTERACTION_TYPE.Component
        ? record.sourceMessage
        : undefined
      : (record.original ?? undefined);
    return world.createMessage({
      ...draft,
      channelId: record.channelId,
      authorId: world.bot.id,
      visibleTo: record.userId,
      replyTo,
      // Replying to its own message pings nobody but, possibly, the bot itself.
      allowedMentions: replyTo
        ? { ...(draft.allowedMentions ?? { parse: ['users', 'roles', 'everyone'] }), replied_user: false }
        : draft.allowedMentions,
      type: isResponse ? messageType : MESSAGE_TYPE.Default,
      extra: {
        webhook_id: world.application.id,
        application_id: world.application.id,
        interaction_metadata: {
          id: record.id,
          type: record.type,
          user,
          authorizing_integration_owners: record.payload.authorizing_integration_owners,
          ...(record.type === INTERACTION_TYPE.Command && {
            name: commandName,
            command_type: record.payload.data.type,
          }),
          ...(record.type === INTERACTION_TYPE.Component && { interacted_message_id: record.sourceMessage.id }),
          ...(record.type === INTERACTION_TYPE.ModalSubmit &&
            record.parent && {
              triggering_interaction_metadata: {
                id: record.parent.id,
                type: record.parent.type,
                user,
                authorizing_integration_owners: record.payload.authorizing_integration_owners,
              },
            }),
          ...(!isResponse && record.original && { original_response_message_id: record.original.id }),
        },
        ...(isResponse &&
          record.type === INTERACTION_TYPE.Command && {
            interaction: { id: record.id, type: record.type, name: commandName, user },
          }),
      },
    });
  }

  // ------------------------------------------------------------ the webhook of an interaction

  #recordForWebhook(appId, token) {
    const record = this.#byToken.get(token);
    if (!record || appId !== this.world.application.id) throw apiErrors.unknownWebhook();
    if (record.expired || Date.now() - record.createdAt > INTERACTION_TOKEN_LIFETIME_MS) throw apiErrors.invalidToken();
    if (!record.ack) throw apiErrors.unknownWebhook(); // the webhook comes into being with the first response
    return record;
  }

  #messageOf(record, messageId) {
    const candidates = [record.original, record.sourceMessage, ...record.followups].filter(Boolean);
    const message = messageId === '@original' ? record.original : candidates.find((one) => one.id === messageId);
    if (!message || !this.world.findMessage(message.channel_id, message.id)) throw apiErrors.unknownMessage();
    return message;
  }

  followup({ appId, token, body, files }) {
    const record = this.#recordForWebhook(appId, token);
    const { original } = record;
    const stillThinking =
      original && original.flags & MESSAGE_FLAG.Loading && this.world.findMessage(original.channel_id, original.id);
    if (stillThinking) return this.#edit(record, original, body, files); // as Discord does, it fills the deferred response
    const message = this.#createMessage(
      record,
      draftFrom(this.world, record.channelId, body, files, { allowEphemeral: true }),
      false,
    );
    record.followups.push(message);
    this.#note(record, 'followup', message);
    return this.world.messagePayload(message);
  }

  getMessage({ appId, token, messageId }) {
    return this.world.messagePayload(this.#messageOf(this.#recordForWebhook(appId, token), messageId));
  }

  editMessage({ appId, token, messageId, body, files }) {
    const record = this.#recordForWebhook(appId, token);
    return this.#edit(record, this.#messageOf(record, messageId), body, files);
  }

  #edit(record, message, body, files) {
    applyEdit(this.world, message, body, files);
    this.#note(record, 'edit', message);
    return this.world.messagePayload(message);
  }

  deleteMessage({ appId, token, messageId }) {
    const record = this.#recordForWebhook(appId, token);
    const message = this.#messageOf(record, messageId);
    this.world.deleteMessage(message);
    this.#note(record, 'delete', message);
  }

  /** Keeps what was done with an interaction, with the message as it then was, and wakes whoever waits for it. */
  #note(record, kind, message) {
    record.history.push({
      at: Date.now(),
      afterMs: Date.now() - record.createdAt,
      kind,
      message: message ? this.world.messagePayload(message) : null,
    });
    this.world.emit('activity', { kind: 'interaction', record });
  }
}

/** Runs a validation whose errors belong under `data`, as the message of a callback is. */
function underData(validated) {
  try {
    return validated();
  } catch (error) {
    if (error.errors) error.errors = { data: error.errors };
    throw error;
  }
}

/** The type of the message that answers an interaction, and the full name of the command. */
function responseKind(record) {
  if (record.type !== INTERACTION_TYPE.Command) return { messageType: MESSAGE_TYPE.Default };
  const { data } = record.payload;
  const words = [data.name];
  for (let options = data.options; options?.[0] && options[0].type <= 2; options = options[0].options)
    words.push(options[0].name);
  return {
    commandName: words.join(' '),
    messageType: data.type === COMMAND_TYPE.ChatInput ? MESSAGE_TYPE.ChatInputCommand : MESSAGE_TYPE.ContextMenuCommand,
  };
}
