/**
 * Drives the bot as people do with the Discord client: messages, commands, buttons, menus, modals, reactions.
 * Like the client, it refuses (ClientRefusal) what the person could not do.
 */
import {
  ATTACHMENT_SIZE_LIMIT,
  COMMAND_TYPE,
  COMPONENT,
  INTERACTION_DEADLINE_MS,
  INTERACTION_TYPE,
  MESSAGE_FLAG,
  OPTION_TYPE,
  PERMISSION,
  SELECT_TYPES,
  clone,
  idOf,
  textLength,
} from './constants.mjs';
import { ClientRefusal, DriverError, DriverTimeout } from './errors.mjs';
import { InteractionHandle } from './handle.mjs';
import { flattenComponents, isEphemeral } from './world.mjs';

export class Driver {
  constructor({ world, interactions, gateway }) {
    Object.assign(this, { world, interactions, gateway });
  }

  // ------------------------------------------------------------ waiting

  /** Resolves with the first truthy value of `probe`, which is tried at once and after everything that happens. */
  waitUntil = (probe, timeoutMs, describe = () => 'what was awaited did not happen') =>
    new Promise((resolve, reject) => {
      const timeout = new DriverTimeout('timed out'); // made here, so that its stack leads to the caller
      const attempt = () => {
        let value;
        try {
          value = probe();
        } catch (error) {
          finish(() => reject(error));
          return true;
        }
        if (value) finish(() => resolve(value));
        return Boolean(value);
      };
      const finish = (settle) => {
        clearTimeout(timer);
        this.world.off('activity', attempt);
        settle();
      };
      const timer = setTimeout(() => {
        timeout.message = describe();
        finish(() => reject(timeout));
      }, timeoutMs);
      if (!attempt()) this.world.on('activity', attempt);
    });

  /** Waits until the bot has identified and is connected. */
  waitForReady(timeoutMs = 15_000) {
    return this.waitUntil(
      () => this.gateway.isReady,
      timeoutMs,
      () => `no bot became ready within ${timeoutMs} ms`,
    );
  }

  /** Waits until commands of all these names are registered; returns the commands. */
  waitForCommands(names, { guildId, timeoutMs = 15_000 } = {}) {
    const visible = () => this.world.visibleCommands(idOf(guildId));
    return this.waitUntil(
      () => {
        const found = [names].flat().map((name) => visible().find((command) => command.name === name));
        return found.every(Boolean) && clone(found);
      },
      timeoutMs,
      () =>
        `commands ${[names].flat().join(', ')} were not registered within ${timeoutMs} ms; there are: ${
          visible()
            .map((one) => one.name)
            .join(', ') || 'none'
        }`,
    );
  }

  /**
   * Waits for a message in a channel; messages already there count too. The predicate gets each message.
   * @param options.after  look only at messages newer than this one (a message or id)
   * @param options.as, options.includeEphemeral  as for messages()
   */
  async waitForMessage(channelId, predicate = () => true, timeoutMs = 5000, { after, ...view } = {}) {
    const isNew = (message) => after === undefined || BigInt(message.id) > BigInt(idOf(after));
    return this.waitUntil(
      () => this.messages(channelId, view).find((message) => isNew(message) && predicate(message)),
      timeoutMs,
      () =>
        `no such message in channel ${idOf(channelId)} within ${timeoutMs} ms; the last ones: ${
          this.messages(channelId)
            .slice(-3)
            .map((message) => JSON.stringify(message.content.slice(0, 80)))
            .join(', ') || 'none'
        }`,
    );
  }

  /** Waits until the bot (or `userId`) has reacted to a message; returns the reactions. */
  waitForReaction(messageId, { emoji, userId = this.world.bot.id, timeoutMs = 5000 } = {}) {
    const matches = (one) => one.userIds.includes(idOf(userId)) && (emoji === undefined || one.emoji.name === emoji);
    return this.waitUntil(
      () => this.world.reactions(messageId).some(matches) && this.world.reactions(messageId),
      timeoutMs,
      () => `no reaction ${emoji ?? ''} within ${timeoutMs} ms`,
    );
  }

  // ------------------------------------------------------------ looking

  /** Messages of a channel, oldest first; ephemeral ones only for the member given in `as`, or all with includeEphemeral. */
  messages(channelId, { as, includeEphemeral = false } = {}) {
    return this.world
      .channelMessages(channelId)
      .filter((message) => !isEphemeral(message) || includeEphemeral || message.visibleTo === idOf(as))
      .map((message) => this.world.messagePayload(message));
  }
  message(messageId) {
    return this.world.messagePayload(this.#liveMessage(messageId));
  }
  reactions(messageId) {
    return this.world.reactions(messageId);
  }
  typingCount(channelId, userId = this.world.bot.id) {
    return this.world.typings.filter((one) => one.channelId === idOf(channelId) && one.userId === userId).length;
  }

  // ------------------------------------------------------------ messages and reactions of people

  /**
   * A member writes a message.
   * @param options {mentionsBot, replyTo, attachments: [{filename, content, contentType}], force}
   */
  sendMessage(channelId, memberId, content, { mentionsBot = false, replyTo, attachments = [], force = false } = {}) {
    const channel = this.world.channel(channelId);
    const userId = this.#memberIn(channel, memberId);
    if (!force && !this.world.may(channel, userId, this.world.speakPermission(channel))) {
      throw new ClientRefusal('MAY_NOT_SPEAK', `this member may not write in #${channel.name}`);
    }
    if (textLength(content) > 2000)
      throw new ClientRefusal('TOO_LONG', 'the client refuses messages of more than 2000 characters');
    const mention = `<@${this.world.bot.id}>`;
    const text = mentionsBot && !content.includes(mention) ? `${mention} ${content}`.trim() : content;
    const message = this.world.createMessage({
      channelId: channel.id,
      authorId: userId,
      content: text,
      replyTo: replyTo && this.#liveMessage(replyTo),
      attachments: attachments.map((file) => this.world.storeAttachment(channel.id, file)),
    });
    return this.world.messagePayload(message);
  }

  /** The author edits a message. */
  editMessage(message, content) {
    return this.world.messagePayload(this.world.editMessage(this.#liveMessage(message), { content }));
  }
  deleteMessage(message) {
    this.world.deleteMessage(this.#liveMessage(message));
  }
  react(message, memberId, emoji) {
    this.world.addReaction(this.#liveMessage(message), idOf(memberId), { id: null, name: emoji });
  }
  unreact(message, memberId, emoji) {
    this.world.removeReaction(this.#liveMessage(message), idOf(memberId), { id: null, name: emoji });
  }

  // ------------------------------------------------------------ commands

  /**
   * A member uses a slash command.
   * @param commandName  may hold the subcommand too: 'library add'
   * @param options      {name: value}; users, channels and roles by id, attachments as {filename, content, contentType}
   * @param extra        {subcommand, subcommandGroup, attachments: {name: file}, resolved, force}; `force` sends although
   *   the member lacks the permissions
   */
  slash(
    channelId,
    memberId,
    commandName,
    options = {},
    { subcommand, subcommandGroup, attachments = {}, resolved, force = false } = {},
  ) {
    const context = this.#commandContext(channelId, memberId, commandName, COMMAND_TYPE.ChatInput, {
      subcommand,
      subcommandGroup,
      force,
    });
    const collected = { ...clone(resolved) };
    const values = this.#optionValues(context, { ...options, ...attachments }, collected);
    return this.#send(context, INTERACTION_TYPE.Command, {
      ...commandData(context.command),
      ...wrapOptions(context.path, values),
      ...(Object.keys(collected).length > 0 && { resolved: collected }),
    });
  }

  /**
   * A member types into an option with autocompletion; returns the choices offered, [{name, value}], with `afterMs`.
   * @param extra {subcommand, subcommandGroup, options: what the other options hold so far, timeoutMs}
   */
  async autocomplete(
    channelId,
    memberId,
    commandName,
    focusedOption,
    value = '',
    { subcommand, subcommandGroup, options = {}, timeoutMs = INTERACTION_DEADLINE_MS, force = false } = {},
  ) {
    const context = this.#commandContext(channelId, memberId, commandName, COMMAND_TYPE.ChatInput, {
      subcommand,
      subcommandGroup,
      force,
    });
    const option = (context.options ?? []).find((one) => one.name === focusedOption);
    if (!option) throw new DriverError('NO_SUCH_OPTION', `command "${commandName}" has no option "${focusedOption}"`);
    if (!option.autocomplete)
      throw new DriverError('NO_AUTOCOMPLETE', `option "${focusedOption}" of "${commandName}" has no autocompletion`);
    const collected = {};
    const others = this.#optionValues(context, options, collected, { partial: true }).filter(
      (one) => one.name !== focusedOption,
    );
    const values = [...others, { name: focusedOption, type: option.type, value: String(value), focused: true }];
    const handle = this.#send(
      context,
      INTERACTION_TYPE.Autocomplete,
      { ...commandData(context.command), ...wrapOptions(context.path, values) },
      { focusedOptionType: option.type },
    );
    const { afterMs, data } = await handle.firstResponse(timeoutMs);
    return Object.assign(clone(data.choices), { afterMs });
  }

  /** A member uses a context-menu command on a message (or, for a user command, on a member). */
  contextMenu(channelId, memberId, commandName, target, { force = false } = {}) {
    const channel = this.world.channel(channelId);
    const message = this.world.findMessage(channel.id, idOf(target));
    const type = message ? COMMAND_TYPE.Message : COMMAND_TYPE.User;
    const context = this.#commandContext(channelId, memberId, commandName, type, { force });
    const resolved = {};
    if (message) resolved.messages = { [message.id]: this.world.messagePayload(message) };
    else this.#resolveUser(context, idOf(target), resolved);
    return this.#send(context, INTERACTION_TYPE.Command, {
      ...commandData(context.command),
      target_id: idOf(target),
      resolved,
    });
  }

  /** Finds a registered command and checks that this member is offered it in this channel. */
  #commandContext(channelId, memberId, fullName, type, { subcommand, subcommandGroup, force = false }) {
    const channel = this.world.channel(channelId);
    const userId = this.#memberIn(channel, memberId);
    const commands = this.world
      .visibleCommands(channel.guild_id)
      .filter((one) => (type === COMMAND_TYPE.ChatInput ? one.type === type : one.type !== COMMAND_TYPE.ChatInput));
    const words = type === COMMAND_TYPE.ChatInput ? fullName.replace(/^\//, '').split(' ') : [fullName];
    const command = commands.find((one) => one.name === words[0] && one.type === type);
    if (!command) {
      throw new DriverError(
        'NOT_REGISTERED',
        `no command "${words[0]}" of type ${type} is registered; there are: ${commands.map((one) => one.name).join(', ') || 'none'}`,
      );
    }
    if (!force) this.#refuseCommand(command, channel, userId);
    const path = [...words.slice(1), ...(words.length === 1 ? [subcommandGroup, subcommand].filter(Boolean) : [])];
    let { options } = command;
    const steps = path.map((name) => {
      const step = (options ?? []).find((one) => one.name === name && one.type <= OPTION_TYPE.SubcommandGroup);
      if (!step)
        throw new DriverError('NO_SUCH_SUBCOMMAND', `command "${command.name}" has no subcommand "${path.join(' ')}"`);
      options = step.options;
      return step;
    });
    if (options?.some((one) => one.type <= OPTION_TYPE.SubcommandGroup)) {
      throw new DriverError(
        'SUBCOMMAND_MISSING',
        `command "${[command.name, ...path].join(' ')}" needs one of: ${options.map((one) => one.name).join(', ')}`,
      );
    }
    return { channel, userId, command, path: steps, options: options ?? [], name: [command.name, ...path].join(' ') };
  }

  #refuseCommand(command, channel, userId) {
    const permissions = this.world.channelPermissions(channel, userId);
    const refuse = (code, reason) => {
      throw new ClientRefusal(code, `the client does not offer "${command.name}" to this member: ${reason}`);
    };
    if (!channel.guild_id) {
      if (command.contexts ? !command.contexts.includes(1) : command.dm_permission === false)
        refuse('NOT_IN_DM', 'it is not for direct messages');
      return;
    }
    if (command.contexts && !command.contexts.includes(0)) refuse('NOT_IN_GUILD', 'it is not for guilds');
    if (!(permissions & PERMISSION.ViewChannel)) refuse('NOT_PERMITTED', 'the channel is hidden from the member');
    if (!(permissions & PERMISSION.UseApplicationCommands))
      refuse('NOT_PERMITTED', 'the member may not use commands here');
    if (command.nsfw && !channel.nsfw) refuse('NSFW', 'the channel is not age-restricted');
    if (command.default_member_permissions === null) return;
    const needed = BigInt(command.default_member_permissions);
    const isAdministrator = Boolean(permissions & PERMISSION.Administrator);
    if (isAdministrator) return;
    if (needed === 0n || (permissions & needed) !== needed)
      refuse('NOT_PERMITTED', 'the member lacks the default_member_permissions');
  }

  /** Checks the given values against the registered options, and turns them into what Discord sends. */
  #optionValues(context, given, resolved, { partial = false } = {}) {
    const known = new Set(context.options.map((one) => one.name));
    const unknown = Object.keys(given).filter((name) => !known.has(name));
    if (unknown.length > 0)
      throw new DriverError(
        'NO_SUCH_OPTION',
        `command "${context.name}" has no option ${unknown.map((name) => `"${name}"`).join(', ')}; it has: ${[...known].join(', ') || 'none'}`,
      );
    return context.options.flatMap((option) => {
      const value = given[option.name];
      if (value === undefined || value === null) {
        if (option.required && !partial)
          throw new ClientRefusal('OPTION_REQUIRED', `option "${option.name}" of "${context.name}" is required`);
        return [];
      }
      return [{ name: option.name, type: option.type, value: this.#optionValue(context, option, value, resolved) }];
    });
  }

  #optionValue(context, option, value, resolved) {
    const refuse = (reason) => {
      throw new ClientRefusal('BAD_OPTION', `option "${option.name}" of "${context.name}": ${reason}`);
    };
    const choice = option.choices?.find((one) => one.value === value || one.name === value);
    if (option.choices?.length && !choice) refuse(`${JSON.stringify(value)} is none of its choices`);
    switch (option.type) {
      case OPTION_TYPE.String:
        if (typeof value !== 'string') refuse('takes a text');
        if (textLength(value) > (option.max_length ?? 6000)) refuse(`is longer than ${option.max_length ?? 6000}`);
        if (textLength(value) < (option.min_length ?? 1)) refuse(`is shorter than ${option.min_length ?? 1}`);
        return choice?.value ?? value;
      case OPTION_TYPE.Integer:
      case OPTION_TYPE.Number: {
        const number = choice?.value ?? value;
        if (typeof number !== 'number' || (option.type === OPTION_TYPE.Integer && !Number.isSafeInteger(number)))
          refuse('takes a number');
        if (number < (option.min_value ?? -Infinity) || number > (option.max_value ?? Infinity))
          refuse(`${number} is out of range`);
        return number;
      }
      case OPTION_TYPE.Boolean:
        if (typeof value !== 'boolean') refuse('takes true or false');
        return value;
      case OPTION_TYPE.User:
        return this.#resolveUser(context, idOf(value), resolved);
      case OPTION_TYPE.Role:
        return this.#resolveRole(context, idOf(value), resolved);
      case OPTION_TYPE.Mentionable: {
        const isRole = this.world.guilds.get(context.channel.guild_id)?.roles.has(idOf(value));
        return isRole
          ? this.#resolveRole(context, idOf(value), resolved)
          : this.#resolveUser(context, idOf(value), resolved);
      }
      case OPTION_TYPE.Channel: {
        const channel = this.world.channel(value);
        if (option.channel_types?.length && !option.channel_types.includes(channel.type))
          refuse(`channels of type ${channel.type} are not taken`);
        return this.#resolveChannel(context, channel, resolved);
      }
      case OPTION_TYPE.Attachment:
        return this.#resolveAttachment(context, value, resolved);
      default:
        return refuse(`has the unknown type ${option.type}`);
    }
  }

  #resolveUser({ channel }, userId, resolved) {
    const user = this.world.users.get(userId);
    if (!user) throw new DriverError('UNKNOWN_USER', `no user ${userId}`);
    (resolved.users ??= {})[userId] = clone(user);
    const guild = this.world.guilds.get(channel.guild_id);
    const member = guild?.members.get(userId);
    if (member) {
      const { deaf, mute, ...payload } = this.world.memberPayload(guild, member, { withUser: false });
      (resolved.members ??= {})[userId] = {
        ...payload,
        permissions: this.world.channelPermissions(channel, userId).toString(),
      };
    }
    return userId;
  }

  #resolveRole({ channel }, roleId, resolved) {
    const role = this.world.guilds.get(channel.guild_id)?.roles.get(roleId);
    if (!role) throw new DriverError('UNKNOWN_ROLE', `no role ${roleId}`);
    (resolved.roles ??= {})[roleId] = clone(role);
    return roleId;
  }

  #resolveChannel({ userId }, channel, resolved) {
    const { id, name, type, parent_id: parentId, thread_metadata: threadMetadata } = channel;
    (resolved.channels ??= {})[id] = {
      id,
      name,
      type,
      parent_id: parentId ?? null,
      permissions: this.world.channelPermissions(channel, userId).toString(),
      app_permissions: this.world.channelPermissions(channel, this.world.bot.id).toString(),
      ...(threadMetadata && { thread_metadata: clone(threadMetadata) }),
    };
    return id;
  }

  #resolveAttachment({ channel }, file, resolved) {
    if (typeof file !== 'object')
      throw new DriverError('BAD_ATTACHMENT', 'an attachment is given as {filename, content, contentType}');
    const attachment = { ...this.world.storeAttachment(channel.id, file), ephemeral: true };
    if (attachment.size > ATTACHMENT_SIZE_LIMIT)
      throw new ClientRefusal('FILE_TOO_LARGE', 'the client refuses files over the upload limit');
    (resolved.attachments ??= {})[attachment.id] = attachment;
    return attachment.id;
  }

  // ------------------------------------------------------------ components and modals

  /**
   * A member presses a button of a message (a message, a result of final(), or an id).
   * @param which  a custom id, a position among the buttons, a label, or a RegExp on either; by default the first
   */
  clickButton(message, memberId, which = 0) {
    const live = this.#liveMessage(message);
    const button = pickComponent(
      live,
      (one) => one.type === COMPONENT.Button && one.style !== 5 && one.style !== 6,
      which,
      'button',
    );
    return this.#useComponent(live, memberId, button, {});
  }

  /** A member chooses in a select menu; `values` are option values or labels, or ids of users, roles, channels. */
  selectMenu(message, memberId, which, values) {
    const live = this.#liveMessage(message);
    const menu = pickComponent(live, (one) => SELECT_TYPES.has(one.type), which, 'select menu');
    const channel = this.world.channel(live.channel_id);
    const resolved = {};
    const chosen = this.#selectValues({ channel, userId: idOf(memberId) }, menu, [values].flat(), resolved);
    return this.#useComponent(live, memberId, menu, {
      values: chosen,
      ...(Object.keys(resolved).length > 0 && { resolved }),
    });
  }

  #selectValues(context, menu, values, resolved) {
    const min = menu.min_values ?? 1;
    const max = menu.max_values ?? 1;
    if (values.length < min || values.length > max)
      throw new ClientRefusal(
        'BAD_SELECTION',
        `"${menu.custom_id}" takes ${min} to ${max} values, not ${values.length}`,
      );
    return values.map((value) => {
      if (menu.type === COMPONENT.StringSelect) {
        const option = menu.options.find((one) => one.value === value || one.label === value);
        if (!option)
          throw new ClientRefusal('BAD_SELECTION', `"${menu.custom_id}" has no option ${JSON.stringify(value)}`);
        return option.value;
      }
      const optionType = {
        [COMPONENT.UserSelect]: OPTION_TYPE.User,
        [COMPONENT.RoleSelect]: OPTION_TYPE.Role,
        [COMPONENT.MentionableSelect]: OPTION_TYPE.Mentionable,
        [COMPONENT.ChannelSelect]: OPTION_TYPE.Channel,
      }[menu.type];
      return this.#optionValue(
        { ...context, name: menu.custom_id },
        { type: optionType, name: menu.custom_id, channel_types: menu.channel_types },
        value,
        resolved,
      );
    });
  }

  #useComponent(message, memberId, component, data) {
    const channel = this.world.channel(message.channel_id);
    const userId = this.#memberIn(channel, memberId);
    if (component.disabled) throw new ClientRefusal('DISABLED', `"${component.custom_id}" is disabled`);
    if (isEphemeral(message) && message.visibleTo !== userId)
      throw new ClientRefusal('NOT_VISIBLE', 'the message is shown to another member only');
    if (message.flags & MESSAGE_FLAG.Loading) throw new ClientRefusal('LOADING', 'the message is still loading');
    return this.#send(
      { channel, userId },
      INTERACTION_TYPE.Component,
      { custom_id: component.custom_id, component_type: component.type, id: component.id, ...data },
      { sourceMessage: message },
    );
  }

  /**
   * A member fills in and sends a modal.
   * @param modalOrHandle  the handle whose response the modal was, or the modal of its firstResponse().data or result
   * @param values         {custom_id: text | chosen values | files}; inputs left out keep their preset value
   */
  submitModal(modalOrHandle, memberId, values = {}) {
    const handle =
      modalOrHandle instanceof InteractionHandle
        ? modalOrHandle
        : (modalOrHandle.handle ?? modalOrHandle.modal?.handle);
    const modal = handle?.record.ack?.type === 9 ? handle.record.ack.data : undefined;
    if (!modal) throw new DriverError('NO_MODAL', 'this interaction was not answered with a modal');
    const { record } = handle;
    if (record.userId !== idOf(memberId))
      throw new ClientRefusal('NOT_VISIBLE', 'the modal is shown to another member');
    const context = {
      channel: this.world.channel(record.channelId),
      userId: record.userId,
      name: `modal ${modal.custom_id}`,
    };
    const inputs = modal.components.flatMap((one) => one.components ?? (one.component ? [one.component] : []));
    const unknown = Object.keys(values).filter((customId) => !inputs.some((input) => input.custom_id === customId));
    if (unknown.length > 0)
      throw new DriverError(
        'NO_SUCH_INPUT',
        `the modal has no input ${unknown.join(', ')}; it has: ${inputs.map((one) => one.custom_id).join(', ')}`,
      );
    const resolved = {};
    const filled = (input) => this.#fillInput(context, input, values[input.custom_id], resolved);
    let nextId = 1;
    const numbered = (component) => ({ id: component.id ?? nextId++, ...component });
    const components = modal.components.map((component) => {
      if (component.components)
        return numbered({
          type: component.type,
          id: component.id,
          components: component.components.map((one) => numbered(filled(one))),
        });
      if (component.component)
        return numbered({ type: component.type, id: component.id, component: numbered(filled(component.component)) });
      return numbered({ type: component.type, id: component.id });
    });
    return this.#send(
      context,
      INTERACTION_TYPE.ModalSubmit,
      { custom_id: modal.custom_id, components, ...(Object.keys(resolved).length > 0 && { resolved }) },
      { sourceMessage: record.sourceMessage, parent: record },
    );
  }

  #fillInput(context, input, value, resolved) {
    const filled = { type: input.type, id: input.id, custom_id: input.custom_id };
    const refuse = (reason) => {
      throw new ClientRefusal('BAD_INPUT', `input "${input.custom_id}": ${reason}`);
    };
    const required = input.required ?? true;
    if (input.type === COMPONENT.TextInput) {
      const text = value ?? input.value ?? '';
      if (required && text === '') refuse('is required');
      if (text !== '' && textLength(text) < (input.min_length ?? 0)) refuse(`is shorter than ${input.min_length}`);
      if (textLength(text) > (input.max_length ?? 4000)) refuse(`is longer than ${input.max_length ?? 4000}`);
      return { ...filled, value: text };
    }
    if (input.type === COMPONENT.Checkbox) return { ...filled, value: value ?? input.default ?? false };
    if (input.type === COMPONENT.RadioGroup) return { ...filled, value: value ?? null };
    const given = value === undefined ? [] : [value].flat();
    if (given.length === 0 && !required) return { ...filled, values: [] };
    if (input.type === COMPONENT.FileUpload)
      return { ...filled, values: given.map((file) => this.#resolveAttachment(context, file, resolved)) };
    if (input.type === COMPONENT.CheckboxGroup) return { ...filled, values: given };
    return { ...filled, values: this.#selectValues(context, input, given, resolved) };
  }

  // ------------------------------------------------------------ shared

  #send({ channel, userId }, type, data, extra = {}) {
    const record = this.interactions.send({ type, data, channelId: channel.id, userId, ...extra });
    return new InteractionHandle({ world: this.world, record, wait: this.waitUntil });
  }

  #memberIn(channel, memberId) {
    const userId = idOf(memberId);
    const isThere = channel.guild_id
      ? this.world.guild(channel.guild_id).members.has(userId)
      : channel.recipients.some((user) => user.id === userId);
    if (!isThere)
      throw new DriverError(
        'NOT_A_MEMBER',
        `user ${userId} is not in ${channel.guild_id ? 'the guild' : 'the conversation'}`,
      );
    return userId;
  }

  /** The stored message for a message, a result of final(), or an id. */
  #liveMessage(thing) {
    const id = typeof thing === 'object' && thing?.message ? idOf(thing.message) : idOf(thing);
    const message = id && this.world.findMessageAnywhere(id);
    if (!message) throw new DriverError('UNKNOWN_MESSAGE', `no message ${id}`);
    return message;
  }
}

/** Finds a component by custom id, label, position, or pattern. */
function pickComponent(message, isCandidate, which, what) {
  const candidates = flattenComponents(message.components).filter(isCandidate);
  const matches = (component) =>
    which instanceof RegExp
      ? which.test(component.custom_id) || which.test(component.label ?? '')
      : component.custom_id === which || component.label === which;
  const found = typeof which === 'number' ? candidates[which] : candidates.find(matches);
  if (!found)
    throw new DriverError(
      'NO_SUCH_COMPONENT',
      `the message has no ${what} ${String(which)}; it has: ${candidates.map((one) => one.custom_id).join(', ') || 'none'}`,
    );
  return found;
}

const commandData = (command) => ({
  id: command.id,
  name: command.name,
  type: command.type,
  ...(command.guild_id && { guild_id: command.guild_id }),
});

/** Nests option values in their subcommand and group. */
function wrapOptions(path, values) {
  const options = path.reduceRight((inner, step) => [{ name: step.name, type: step.type, options: inner }], values);
  return options.length > 0 ? { options } : {};
}

/** All text that a reader sees in a message: content, embeds, and text displays. */
export function messageText(message) {
  if (!message) return '';
  const embeds = (message.embeds ?? []).flatMap((embed) => [
    embed.author?.name,
    embed.title,
    embed.description,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
    embed.footer?.text,
  ]);
  const displays = flattenComponents(message.components)
    .filter((one) => one.type === COMPONENT.TextDisplay)
    .map((one) => one.content);
  return [message.content, ...embeds, ...displays].filter(Boolean).join('\n');
}

/** The buttons and select menus of a message, in reading order. */
export const interactiveComponents = (message) =>
  flattenComponents(message?.components).filter((one) => one.type === COMPONENT.Button || SELECT_TYPES.has(one.type));
