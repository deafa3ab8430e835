/**
 * The state of the pretend Discord: users, guilds, channels, messages, attachments, commands.
 *
 * The world knows nothing of HTTP or WebSockets. It emits
 *   'dispatch' (type, data, scope)  for every gateway event the bot might receive, and
 *   'activity' (what)               for every change that a waiting test may be interested in.
 */
import { EventEmitter } from 'node:events';
import {
  ALL_PERMISSIONS,
  CHANNEL_TYPE,
  COMPONENT,
  DEFAULT_EVERYONE_PERMISSIONS,
  MESSAGE_FLAG,
  MESSAGE_TYPE,
  PERMISSION,
  THREAD_TYPES,
  clone,
  idOf,
  permissionBits,
  snowflake,
} from './constants.mjs';
import { DriverError } from './errors.mjs';

const DEFAULT_BOT_PERMISSIONS = permissionBits([
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'EmbedLinks',
  'AttachFiles',
  'ReadMessageHistory',
  'AddReactions',
  'UseExternalEmojis',
  'CreatePublicThreads',
  'UseApplicationCommands',
]);

const CONTENT_TYPES = {
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  zip: 'application/zip',
};

const now = () => new Date().toISOString();

export class World extends EventEmitter {
  users = new Map();
  guilds = new Map();
  channels = new Map();
  attachments = new Map();
  /** channel id → Map of message id → message; messages are kept in the order in which they were made */
  messagesByChannel = new Map();
  /** message id → Map of emoji key → {emoji, userIds} */
  reactionsByMessage = new Map();
  /** 'global' or guild id → Map of command id → command */
  commands = new Map([['global', new Map()]]);
  /** [{channelId, userId, at}] */
  typings = [];
  deletedMessages = [];
  /** user id → the language of that person's client; English by default */
  locales = new Map();

  constructor({ appId, botName, attachmentBaseUrl }) {
    super();
    this.setMaxListeners(0);
    this.attachmentBaseUrl = attachmentBaseUrl;
    this.bot = this.addUser({ id: appId, username: botName, bot: true });
    this.application = {
      id: appId,
      name: botName,
      icon: null,
      description: '',
      summary: '',
      bot_public: true,
      bot_require_code_grant: false,
      verify_key: '0'.repeat(64),
      flags: (1 << 19) | (1 << 15) | (1 << 13),
      hook: true,
      team: null,
      tags: [],
      integration_types_config: { 0: {} },
      event_webhooks_status: 1,
      redirect_uris: [],
      interactions_endpoint_url: null,
    };
  }

  #dispatch(type, data, scope = {}) {
    this.emit('dispatch', type, data, scope);
  }
  #activity(what) {
    this.emit('activity', what);
  }

  // ------------------------------------------------------------ users, guilds, roles, members

  addUser({ id = snowflake(), username, globalName = null, bot = false, locale = 'en-US' }) {
    this.locales.set(id, locale);
    const user = {
      id,
      username,
      discriminator: bot ? '0001' : '0',
      global_name: globalName,
      avatar: null,
      bot,
      system: false,
      public_flags: 0,
      banner: null,
      accent_color: null,
      avatar_decoration_data: null,
      collectibles: null,
      primary_guild: null,
    };
    this.users.set(id, user);
    return user;
  }

  /**
   * Makes a guild with the bot in it. With `joined: false` the bot is not a member until joinGuild.
   * `everyonePermissions` and `botPermissions` take bits or names.
   */
  addGuild({
    id = snowflake(),
    name = 'Test guild',
    ownerId,
    everyonePermissions = DEFAULT_EVERYONE_PERMISSIONS,
    botPermissions = DEFAULT_BOT_PERMISSIONS,
    joined = true,
    features = [],
  } = {}) {
    const guild = {
      id,
      name,
      features,
      owner_id: ownerId,
      joined: false,
      available: true,
      joined_at: now(),
      roles: new Map(),
      members: new Map(),
      channelIds: new Set(),
      preferred_locale: 'en-US',
    };
    this.guilds.set(id, guild);
    this.#makeRole(guild, { id, name: '@everyone', permissions: everyonePermissions });
    if (ownerId === undefined) guild.owner_id = this.addMember(id, { username: 'owner' }).id;
    else this.addMember(id, { id: idOf(ownerId) });
    guild.owner_id = idOf(guild.owner_id);
    const botRole = this.#makeRole(guild, {
      name: this.bot.username,
      permissions: botPermissions,
      managed: true,
      tags: { bot_id: this.bot.id },
    });
    this.#makeMember(guild, this.bot, { roles: [botRole.id] });
    guild.botRoleId = botRole.id;
    if (joined) this.joinGuild(id);
    return { id, name, ownerId: guild.owner_id };
  }

  /** The bot enters a guild: GUILD_CREATE goes out if it is connected. */
  joinGuild(guildId) {
    const guild = this.guild(guildId);
    guild.joined = true;
    guild.available = true;
    guild.joined_at = now();
    this.#dispatch('GUILD_CREATE', (session) => this.guildCreatePayload(guild, session), { guildId: guild.id });
    return { id: guild.id, name: guild.name, ownerId: guild.owner_id };
  }

  /** The bot is removed from a guild. */
  removeGuild(guildId) {
    const guild = this.guild(guildId);
    this.#dispatch('GUILD_DELETE', { id: guild.id }, { guildId: guild.id });
    guild.joined = false;
    this.commands.delete(guild.id);
  }

  /** An outage: the guild becomes unavailable, and comes back with restoreGuild. */
  guildOutage(guildId) {
    const guild = this.guild(guildId);
    guild.available = false;
    this.#dispatch('GUILD_DELETE', { id: guild.id, unavailable: true }, { guildId: guild.id });
  }
  restoreGuild(guildId) {
    return this.joinGuild(guildId);
  }

  guild(guildId) {
    const guild = this.guilds.get(idOf(guildId));
    if (!guild) throw new DriverError('UNKNOWN_GUILD', `no guild ${idOf(guildId)}`);
    return guild;
  }

  addRole(guildId, { name = 'role', permissions = 0n, mentionable = false, id } = {}) {
    const guild = this.guild(guildId);
    const role = this.#makeRole(guild, { id, name, permissions, mentionable });
    this.#dispatch('GUILD_ROLE_CREATE', { guild_id: guild.id, role: clone(role) }, { guildId: guild.id });
    return clone(role);
  }

  #makeRole(guild, { id = snowflake(), name, permissions, managed = false, mentionable = false, tags }) {
    const role = {
      id,
      name,
      color: 0,
      colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
      hoist: false,
      icon: null,
      unicode_emoji: null,
      position: guild.roles.size,
      permissions: permissionBits(permissions).toString(),
      managed,
      mentionable,
      flags: 0,
      ...(tags && { tags }),
    };
    guild.roles.set(id, role);
    return role;
  }

  /** Changes what a role may do (the everyone role has the guild's id). */
  setRolePermissions(guildId, roleId, permissions) {
    const guild = this.guild(guildId);
    const role = guild.roles.get(idOf(roleId));
    role.permissions = permissionBits(permissions).toString();
    this.#dispatch('GUILD_ROLE_UPDATE', { guild_id: guild.id, role: clone(role) }, { guildId: guild.id });
  }
  setBotPermissions(guildId, permissions) {
    this.setRolePermissions(guildId, this.guild(guildId).botRoleId, permissions);
  }

  /**
   * Adds a user to a guild. `permissions` become a role made for this member; `roles` are role ids or objects.
   * Give `id` to add a user who exists already.
   */
  addMember(guildId, { id, username, globalName, roles = [], permissions, nick = null, bot = false, locale } = {}) {
    const guild = this.guild(guildId);
    const user =
      this.users.get(idOf(id)) ??
      this.addUser({ id: idOf(id), username: username ?? `user${this.users.size}`, globalName, bot, locale });
    const roleIds = roles.map(idOf);
    if (permissions !== undefined)
      roleIds.push(this.addRole(guild.id, { name: `for ${user.username}`, permissions }).id);
    const member = this.#makeMember(guild, user, { roles: roleIds, nick });
    this.#dispatch(
      'GUILD_MEMBER_ADD',
      { ...this.memberPayload(guild, member), guild_id: guild.id },
      { guildId: guild.id },
    );
    return { id: user.id, username: user.username, guildId: guild.id, user: clone(user) };
  }

  #makeMember(guild, user, { roles = [], nick = null }) {
    const member = {
      userId: user.id,
      roles,
      nick,
      avatar: null,
      banner: null,
      joined_at: now(),
      premium_since: null,
      deaf: false,
      mute: false,
      flags: 0,
      pending: false,
      communication_disabled_until: null,
    };
    guild.members.set(user.id, member);
    return member;
  }

  setMemberRoles(guildId, memberId, roles) {
    const guild = this.guild(guildId);
    const member = guild.members.get(idOf(memberId));
    member.roles = roles.map(idOf);
    this.#dispatch(
      'GUILD_MEMBER_UPDATE',
      { ...this.memberPayload(guild, member), guild_id: guild.id },
      { guildId: guild.id },
    );
  }

  removeMember(guildId, memberId) {
    const guild = this.guild(guildId);
    guild.members.delete(idOf(memberId));
    this.#dispatch(
      'GUILD_MEMBER_REMOVE',
      { guild_id: guild.id, user: clone(this.users.get(idOf(memberId))) },
      { guildId: guild.id },
    );
  }

  // ------------------------------------------------------------ permissions

  guildPermissions(guild, userId) {
    if (guild.owner_id === userId) return ALL_PERMISSIONS;
    const member = guild.members.get(userId);
    if (!member) return 0n;
    const bits = [guild.id, ...member.roles].reduce(
      (sum, roleId) => sum | BigInt(guild.roles.get(roleId)?.permissions ?? 0),
      0n,
    );
    return bits & PERMISSION.Administrator ? ALL_PERMISSIONS : bits;
  }

  /** A user's permissions in a channel, with its overwrites (a thread has those of its parent). */
  channelPermissions(channel, userId) {
    if (!channel.guild_id)
      return channel.recipients.some((user) => user.id === userId) || userId === this.bot.id ? ALL_PERMISSIONS : 0n;
    const guild = this.guilds.get(channel.guild_id);
    let bits = this.guildPermissions(guild, userId);
    if (bits === ALL_PERMISSIONS || !guild.members.has(userId)) return bits;
    const placed = THREAD_TYPES.has(channel.type) ? (this.channels.get(channel.parent_id) ?? channel) : channel;
    const overwrites = placed.permission_overwrites ?? [];
    const apply = (selected) => {
      bits &= ~selected.reduce((sum, one) => sum | BigInt(one.deny), 0n);
      bits |= selected.reduce((sum, one) => sum | BigInt(one.allow), 0n);
    };
    apply(overwrites.filter((one) => one.id === guild.id));
    apply(
      overwrites.filter(
        (one) => one.type === 0 && one.id !== guild.id && guild.members.get(userId).roles.includes(one.id),
      ),
    );
    apply(overwrites.filter((one) => one.type === 1 && one.id === userId));
    return bits & PERMISSION.ViewChannel ? bits : 0n;
  }

  /** Whether a user has all of the named permissions in a channel. */
  may(channel, userId, ...names) {
    const needed = permissionBits(names);
    return (this.channelPermissions(channel, userId) & needed) === needed;
  }

  /** The permission that speaking in this channel takes. */
  speakPermission(channel) {
    return THREAD_TYPES.has(channel.type) ? 'SendMessagesInThreads' : 'SendMessages';
  }

  // ------------------------------------------------------------ channels and threads

  /**
   * @param spec.type  a name ('text', 'forum', 'voice', 'category', 'announcement') or Discord's number
   * @param spec.permissionOverwrites  [{id, type: 0 role | 1 member, allow, deny}] with bits or names
   */
  addChannel(
    guildId,
    {
      id = snowflake(),
      name = 'general',
      type = 'text',
      nsfw = false,
      topic = null,
      parentId = null,
      permissionOverwrites = [],
    } = {},
  ) {
    const guild = this.guild(guildId);
    const channel = {
      id,
      type: typeof type === 'string' ? CHANNEL_TYPE[type] : type,
      guild_id: guild.id,
      name,
      nsfw,
      topic,
      position: guild.channelIds.size,
      parent_id: idOf(parentId) ?? null,
      rate_limit_per_user: 0,
      last_message_id: null,
      flags: 0,
      permission_overwrites: permissionOverwrites.map((one) => ({
        id: idOf(one.id),
        type: one.type ?? 0,
        allow: permissionBits(one.allow).toString(),
        deny: permissionBits(one.deny).toString(),
      })),
    };
    if (channel.type === undefined) throw new DriverError('BAD_CHANNEL_TYPE', `unknown channel type ${type}`);
    if (channel.type === CHANNEL_TYPE.forum) channel.available_tags = [];
    this.channels.set(id, channel);
    guild.channelIds.add(id);
    this.#dispatch('CHANNEL_CREATE', clone(channel), { guildId: guild.id, channelId: id });
    return clone(channel);
  }

  updateChannel(channel, changes) {
    Object.assign(channel, changes);
    this.#dispatch(THREAD_TYPES.has(channel.type) ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE', clone(channel), {
      guildId: channel.guild_id,
      channelId: channel.id,
    });
    return channel;
  }

  deleteChannel(channelId) {
    const channel = this.channel(channelId);
    const scope = { guildId: channel.guild_id };
    // Its messages go with it.
    this.messagesByChannel.delete(channel.id);
    this.channels.delete(channel.id);
    this.guilds.get(channel.guild_id)?.channelIds.delete(channel.id);
    if (THREAD_TYPES.has(channel.type)) {
      const { id, guild_id, parent_id, type } = channel;
      this.#dispatch('THREAD_DELETE', { id, guild_id, parent_id, type }, scope);
    } else this.#dispatch('CHANNEL_DELETE', clone(channel), scope);
  }

  channel(channelId) {
    const channel = this.channels.get(idOf(channelId));
    if (!channel) throw new DriverError('UNKNOWN_CHANNEL', `no channel ${idOf(channelId)}`);
    return channel;
  }

  /** Makes a thread, started by a message when `messageId` is given (the thread then has that message's id). */
  addThread(
    parentId,
    { name, ownerId = this.bot.id, messageId, type = CHANNEL_TYPE.publicThread, autoArchiveMinutes = 1440 },
  ) {
    const parent = this.channel(parentId);
    const thread = {
      id: idOf(messageId) ?? snowflake(),
      type,
      guild_id: parent.guild_id,
      parent_id: parent.id,
      name,
      owner_id: idOf(ownerId),
      last_message_id: null,
      message_count: 0,
      total_message_sent: 0,
      member_count: 1,
      rate_limit_per_user: 0,
      flags: 0,
      permission_overwrites: [],
      thread_metadata: {
        archived: false,
        locked: false,
        auto_archive_duration: autoArchiveMinutes,
        archive_timestamp: now(),
        create_timestamp: now(),
      },
    };
    this.channels.set(thread.id, thread);
    this.guilds.get(parent.guild_id).channelIds.add(thread.id);
    const member =
      idOf(ownerId) === this.bot.id
        ? { member: { id: thread.id, user_id: this.bot.id, join_timestamp: now(), flags: 1 } }
        : {};
    this.#dispatch(
      'THREAD_CREATE',
      { ...clone(thread), ...member, newly_created: true },
      { guildId: thread.guild_id, channelId: parent.id },
    );
    const starter = messageId && this.findMessage(parent.id, idOf(messageId));
    if (starter) {
      starter.flags |= MESSAGE_FLAG.HasThread;
      starter.thread = clone(thread);
      this.#publishUpdate(starter);
    }
    return clone(thread);
  }

  /** The direct-message channel between the bot and a user; made when first asked for. */
  openDm(userId) {
    const user = this.users.get(idOf(userId));
    if (!user) throw new DriverError('UNKNOWN_USER', `no user ${idOf(userId)}`);
    for (const channel of this.channels.values()) {
      if (channel.type === CHANNEL_TYPE.dm && channel.recipients[0].id === user.id) return clone(channel);
    }
    const channel = {
      id: snowflake(),
      type: CHANNEL_TYPE.dm,
      recipients: [clone(user)],
      last_message_id: null,
      flags: 0,
    };
    this.channels.set(channel.id, channel);
    return clone(channel);
  }

  // ------------------------------------------------------------ attachments

  /**
   * Stores a file and returns Discord's attachment object for it.
   * @param file {filename, content | data, contentType, description, declaredSize, status, delayMs}: the last three
   *   make the double lie about the size, or serve the file with an error status or late.
   */
  storeAttachment(channelId, file) {
    const data = Buffer.from(file.data ?? file.content ?? '');
    const id = snowflake();
    const filename = (file.filename ?? file.name ?? 'file').replace(/[^\p{L}\p{N}._-]/gu, '_');
    const extension = filename.split('.').pop().toLowerCase();
    const contentType = file.contentType ?? CONTENT_TYPES[extension] ?? 'application/octet-stream';
    this.attachments.set(id, { filename, contentType, data, status: file.status ?? 200, delayMs: file.delayMs ?? 0 });
    const expiry = Math.floor(Date.now() / 1000 + 86400).toString(16);
    const url = `${this.attachmentBaseUrl}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}?ex=${expiry}&is=0&hm=${'ab'.repeat(32)}&`;
    return {
      id,
      filename,
      size: file.declaredSize ?? data.length,
      url,
      proxy_url: url,
      content_type: contentType,
      ...(file.description && { description: file.description }),
    };
  }

  // ------------------------------------------------------------ messages

  #channelMessages(channelId) {
    if (!this.messagesByChannel.has(channelId)) this.messagesByChannel.set(channelId, new Map());
    return this.messagesByChannel.get(channelId);
  }

  /** The live message object, or undefined. */
  findMessage(channelId, messageId) {
    return this.#channelMessages(idOf(channelId)).get(idOf(messageId));
  }

  findMessageAnywhere(messageId) {
    for (const messages of this.messagesByChannel.values())
      if (messages.has(idOf(messageId))) return messages.get(idOf(messageId));
    return undefined;
  }

  /** Live messages of a channel, oldest first. */
  channelMessages(channelId) {
    return [...this.#channelMessages(idOf(channelId)).values()];
  }

  /**
   * Adds a message and dispatches it (an ephemeral one is seen by its recipient alone, so it is not dispatched).
   * @param draft.visibleTo  for an ephemeral message, the user who sees it
   * @param draft.extra      further fields of the message (interaction metadata, webhook id...)
   */
  createMessage({
    channelId,
    authorId,
    content = '',
    embeds = [],
    components = [],
    attachments = [],
    flags = 0,
    type = MESSAGE_TYPE.Default,
    replyTo,
    allowedMentions,
    nonce,
    tts = false,
    visibleTo,
    extra = {},
  }) {
    const channel = this.channel(channelId);
    const message = {
      id: snowflake(),
      channel_id: channel.id,
      type,
      content,
      timestamp: now(),
      edited_timestamp: null,
      tts,
      author: clone(this.users.get(authorId)),
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments,
      embeds: embeds.map(finishEmbed),
      components: numberComponents(components),
      pinned: false,
      flags,
      ...(nonce !== undefined && nonce !== null && { nonce }),
      ...extra,
    };
    if (replyTo) {
      message.type = type === MESSAGE_TYPE.Default ? MESSAGE_TYPE.Reply : type;
      message.message_reference = {
        type: 0,
        message_id: replyTo.id,
        channel_id: replyTo.channel_id,
        ...(channel.guild_id && { guild_id: channel.guild_id }),
      };
      message.referenced_message = clone(replyTo);
      delete message.referenced_message.referenced_message;
    }
    this.#resolveMentions(message, allowedMentions, replyTo);
    // Not part of the message as Discord sends it: who sees it when it is ephemeral, and how often it was edited.
    Object.defineProperty(message, 'visibleTo', { value: visibleTo, enumerable: false });
    Object.defineProperty(message, 'revision', { value: 0, writable: true, enumerable: false });
    this.#channelMessages(channel.id).set(message.id, message);
    channel.last_message_id = message.id;
    if (THREAD_TYPES.has(channel.type)) {
      channel.message_count += 1;
      channel.total_message_sent += 1;
      if (channel.thread_metadata.archived)
        this.updateChannel(channel, { thread_metadata: { ...channel.thread_metadata, archived: false } });
    }
    if (!isEphemeral(message))
      this.#dispatch('MESSAGE_CREATE', this.#gatewayMessage(message), this.#messageScope(message));
    this.#activity({ kind: 'create', message });
    return message;
  }

  /** Applies the fields of an edit that are present. `allowedMentions` as in the request. */
  editMessage(message, changes, { allowedMentions } = {}) {
    const wasLoading = message.flags & MESSAGE_FLAG.Loading;
    if (changes.content !== undefined) message.content = changes.content ?? '';
    if (changes.embeds !== undefined) message.embeds = (changes.embeds ?? []).map(finishEmbed);
    if (changes.components !== undefined) message.components = numberComponents(changes.components ?? []);
    if (changes.attachments !== undefined) message.attachments = changes.attachments;
    if (changes.flags !== undefined) {
      const settable = MESSAGE_FLAG.SuppressEmbeds | MESSAGE_FLAG.ComponentsV2;
      message.flags = (message.flags & ~MESSAGE_FLAG.SuppressEmbeds) | (changes.flags & settable);
    }
    message.flags &= ~MESSAGE_FLAG.Loading;
    message.revision += 1;
    if (!wasLoading) message.edited_timestamp = now();
    this.#resolveMentions(message, allowedMentions, message.referenced_message);
    this.#publishUpdate(message);
    return message;
  }

  #publishUpdate(message) {
    if (!isEphemeral(message))
      this.#dispatch('MESSAGE_UPDATE', this.#gatewayMessage(message), this.#messageScope(message));
    this.#activity({ kind: 'update', message });
  }

  deleteMessage(message) {
    this.#channelMessages(message.channel_id).delete(message.id);
    this.deletedMessages.push(message);
    const guildId = this.channels.get(message.channel_id)?.guild_id;
    if (!isEphemeral(message)) {
      this.#dispatch(
        'MESSAGE_DELETE',
        { id: message.id, channel_id: message.channel_id, ...(guildId && { guild_id: guildId }) },
        this.#messageScope(message),
      );
    }
    this.#activity({ kind: 'delete', message });
  }

  deleteMessages(channel, messages) {
    for (const message of messages) this.#channelMessages(channel.id).delete(message.id);
    this.#dispatch(
      'MESSAGE_DELETE_BULK',
      { ids: messages.map((message) => message.id), channel_id: channel.id, guild_id: channel.guild_id },
      { guildId: channel.guild_id, channelId: channel.id },
    );
    messages.forEach((message) => this.#activity({ kind: 'delete', message }));
  }

  #messageScope(message) {
    const channel = this.channel(message.channel_id);
    return { guildId: channel.guild_id, channelId: channel.id };
  }

  /** A message as it goes over the gateway: with the author's member object, and content only where the bot may read it. */
  #gatewayMessage(message) {
    const channel = this.channel(message.channel_id);
    const guild = this.guilds.get(channel.guild_id);
    const member = guild?.members.get(message.author.id);
    const full = { ...this.messagePayload(message), channel_type: channel.type };
    if (guild) full.guild_id = guild.id;
    if (member) full.member = this.memberPayload(guild, member, { withUser: false });
    return (session) => (session.seesContent ? full : this.withoutContent(full));
  }

  /** A message with its reactions, cloned. */
  messagePayload(message) {
    const payload = clone(message);
    const reactions = this.reactions(message.id);
    if (reactions.length > 0) {
      payload.reactions = reactions.map(({ emoji, count, me }) => ({
        emoji,
        count,
        me,
        me_burst: false,
        burst_colors: [],
        count_details: { burst: 0, normal: count },
      }));
    }
    return payload;
  }

  /** What a bot without the message-content intent sees: content only of its own messages, DMs, and those that mention it. */
  withoutContent(message) {
    const readable =
      !this.channel(message.channel_id).guild_id ||
      message.author.id === this.bot.id ||
      message.mentions.some((user) => user.id === this.bot.id);
    const shown = readable ? { ...message } : { ...message, content: '', embeds: [], attachments: [], components: [] };
    if (message.referenced_message) shown.referenced_message = this.withoutContent(message.referenced_message);
    return shown;
  }

  /** Works out whom a message pings, from its text and what `allowed_mentions` lets through. */
  #resolveMentions(message, allowed, replyTo) {
    const channel = this.channel(message.channel_id);
    const guild = this.guilds.get(channel.guild_id);
    const text = [message.content, ...textDisplays(message.components)].join('\n').replace(/`[^`]*`/g, '');
    const parse = allowed ? (allowed.parse ?? []) : ['users', 'roles', 'everyone'];
    const ids = (pattern) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))];
    const lets = (kind, id) => parse.includes(kind) || (allowed?.[kind] ?? []).includes(id);
    const userIds = new Set(ids(/<@!?(\d+)>/g).filter((id) => lets('users', id)));
    if (replyTo && (allowed ? allowed.replied_user === true : true)) userIds.add(replyTo.author.id);
    message.mentions = [...userIds].filter((id) => this.users.has(id)).map((id) => clone(this.users.get(id)));
    const mayPingAll = guild ? this.may(channel, message.author.id, 'MentionEveryone') : false;
    message.mention_roles = guild
      ? ids(/<@&(\d+)>/g).filter(
          (id) => lets('roles', id) && guild.roles.has(id) && (guild.roles.get(id).mentionable || mayPingAll),
        )
      : [];
    message.mention_everyone = /@(everyone|here)\b/.test(text) && parse.includes('everyone') && mayPingAll;
  }

  // ------------------------------------------------------------ reactions and typing

  addReaction(message, userId, emoji) {
    const byEmoji = this.reactionsByMessage.get(message.id) ?? new Map();
    this.reactionsByMessage.set(message.id, byEmoji);
    const key = emoji.id ?? emoji.name;
    if (!byEmoji.has(key)) byEmoji.set(key, { emoji, userIds: [] });
    const { userIds } = byEmoji.get(key);
    if (userIds.includes(userId)) return;
    userIds.push(userId);
    this.#dispatchReaction('MESSAGE_REACTION_ADD', message, userId, emoji);
    this.#activity({ kind: 'reaction', message, userId, emoji });
  }

  removeReaction(message, userId, emoji) {
    const entry = this.reactionsByMessage.get(message.id)?.get(emoji.id ?? emoji.name);
    if (!entry?.userIds.includes(userId)) return;
    entry.userIds = entry.userIds.filter((id) => id !== userId);
    this.#dispatchReaction('MESSAGE_REACTION_REMOVE', message, userId, emoji);
    this.#activity({ kind: 'reaction', message, userId, emoji });
  }

  #dispatchReaction(type, message, userId, emoji) {
    const scope = this.#messageScope(message);
    const guild = this.guilds.get(scope.guildId);
    const member = guild?.members.get(userId);
    this.#dispatch(
      type,
      {
        user_id: userId,
        channel_id: message.channel_id,
        message_id: message.id,
        emoji,
        burst: false,
        type: 0,
        ...(guild && { guild_id: guild.id }),
        ...(type === 'MESSAGE_REACTION_ADD' && { message_author_id: message.author.id, burst_colors: [] }),
        ...(type === 'MESSAGE_REACTION_ADD' && member && { member: this.memberPayload(guild, member) }),
      },
      scope,
    );
  }

  /** [{emoji, userIds, count, me}] of one message. */
  reactions(messageId) {
    return [...(this.reactionsByMessage.get(idOf(messageId))?.values() ?? [])]
      .filter(({ userIds }) => userIds.length > 0)
      .map(({ emoji, userIds }) => ({
        emoji,
        userIds: [...userIds],
        count: userIds.length,
        me: userIds.includes(this.bot.id),
      }));
  }

  recordTyping(channel, userId) {
    this.typings.push({ channelId: channel.id, userId, at: Date.now() });
    this.#dispatch(
      'TYPING_START',
      {
        channel_id: channel.id,
        user_id: userId,
        timestamp: Math.floor(Date.now() / 1000),
        ...(channel.guild_id && { guild_id: channel.guild_id }),
      },
      { guildId: channel.guild_id, channelId: channel.id },
    );
    this.#activity({ kind: 'typing', channelId: channel.id, userId });
  }

  // ------------------------------------------------------------ commands

  commandScope(guildId) {
    const key = guildId ?? 'global';
    if (!this.commands.has(key)) this.commands.set(key, new Map());
    return this.commands.get(key);
  }

  /** Stores a validated command; one of the same name and type is replaced and keeps its id. */
  registerCommand(guildId, body) {
    const scope = this.commandScope(guildId);
    const type = body.type ?? 1;
    const previous = [...scope.values()].find((command) => command.name === body.name && command.type === type);
    const command = {
      id: previous?.id ?? snowflake(),
      application_id: this.application.id,
      version: snowflake(),
      default_member_permissions:
        body.default_member_permissions === undefined || body.default_member_permissions === null
          ? null
          : String(body.default_member_permissions),
      type,
      name: body.name,
      name_localizations: body.name_localizations ?? null,
      description: body.description ?? '',
      description_localizations: body.description_localizations ?? null,
      dm_permission: body.dm_permission ?? true,
      contexts: body.contexts ?? null,
      integration_types: body.integration_types ?? [0],
      nsfw: body.nsfw ?? false,
      ...(body.options?.length && { options: clone(body.options) }),
      ...(guildId && { guild_id: guildId }),
    };
    scope.set(command.id, command);
    this.#activity({ kind: 'command', command });
    return { command, created: !previous };
  }

  /** Every command a user of this guild (or of a DM, without a guild) is offered. */
  visibleCommands(guildId) {
    return [...(guildId ? this.commandScope(guildId).values() : []), ...this.commandScope().values()];
  }

  // ------------------------------------------------------------ payloads

  memberPayload(guild, member, { withUser = true } = {}) {
    const { userId, ...fields } = member;
    return { ...clone(fields), ...(withUser && { user: clone(this.users.get(userId)) }) };
  }

  guildPayload(guild) {
    return {
      id: guild.id,
      name: guild.name,
      icon: null,
      splash: null,
      discovery_splash: null,
      banner: null,
      description: null,
      owner_id: guild.owner_id,
      region: 'us-west',
      afk_channel_id: null,
      afk_timeout: 300,
      verification_level: 0,
      default_message_notifications: 0,
      explicit_content_filter: 0,
      mfa_level: 0,
      nsfw_level: 0,
      nsfw: false,
      roles: [...guild.roles.values()].map(clone),
      emojis: [],
      stickers: [],
      features: [...guild.features],
      application_id: null,
      system_channel_id: null,
      system_channel_flags: 0,
      rules_channel_id: null,
      public_updates_channel_id: null,
      safety_alerts_channel_id: null,
      max_members: 25000000,
      max_presences: null,
      vanity_url_code: null,
      premium_tier: 0,
      premium_subscription_count: 0,
      premium_progress_bar_enabled: false,
      preferred_locale: guild.preferred_locale,
      widget_enabled: false,
      widget_channel_id: null,
      hub_type: null,
      incidents_data: null,
    };
  }

  /** As Discord does, lists all members only for a session with the presence intent, and else the bot alone. */
  guildCreatePayload(guild, session) {
    const channels = this.guildChannels(guild).filter(
      (channel) => this.may(channel, this.bot.id, 'ViewChannel') || !THREAD_TYPES.has(channel.type),
    );
    const members = [...guild.members.values()].filter(
      (member) => session.listsMembers || member.userId === this.bot.id,
    );
    return {
      ...this.guildPayload(guild),
      joined_at: guild.joined_at,
      large: false,
      unavailable: false,
      member_count: guild.members.size,
      members: members.map((member) => this.memberPayload(guild, member)),
      channels: channels.filter((channel) => !THREAD_TYPES.has(channel.type)).map(clone),
      threads: channels
        .filter((channel) => THREAD_TYPES.has(channel.type) && !channel.thread_metadata.archived)
        .map(clone),
      voice_states: [],
      presences: [],
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
    };
  }

  guildChannels(guild) {
    return [...guild.channelIds].map((id) => this.channels.get(id));
  }
}

export const isEphemeral = (message) => Boolean(message.flags & MESSAGE_FLAG.Ephemeral);

/** Embeds come back from Discord with a type and trimmed texts. */
function finishEmbed(embed) {
  const finished = { type: 'rich', ...clone(embed) };
  for (const key of ['title', 'description'])
    if (typeof finished[key] === 'string') finished[key] = finished[key].trim();
  finished.fields = finished.fields?.map((field) => ({ inline: false, ...field }));
  if (!finished.fields) delete finished.fields;
  return finished;
}

/** Discord numbers the components of a message; those that the bot numbered keep theirs. */
function numberComponents(components) {
  let next = 1;
  const number = (component) => {
    const numbered = { id: next, ...component };
    next += 1;
    if (component.components) numbered.components = component.components.map(number);
    if (component.accessory) numbered.accessory = number(component.accessory);
    return numbered;
  };
  return clone(components ?? []).map(number);
}

/** Every component of a message, nested ones too, in reading order. */
export function flattenComponents(components = []) {
  return components.flatMap((component) => [
    component,
    ...flattenComponents(component.components),
    ...flattenComponents(component.accessory ? [component.accessory] : []),
  ]);
}

const textDisplays = (components) =>
  flattenComponents(components)
    .filter((component) => component.type === COMPONENT.TextDisplay)
    .map((component) => component.content);
