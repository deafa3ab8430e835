/** REST API v10: routing, authorization, faults and rate limits, and the handlers. */
import { MESSAGE_CHANNEL_TYPES, MESSAGE_TYPE, PERMISSION, THREAD_TYPES, clone, snowflake } from './constants.mjs';
import { ApiError, apiErrors } from './errors.mjs';
import { applyEdit, draftFrom } from './message-requests.mjs';
import { parseMultipart } from './multipart.mjs';
import { singleFormError, validateCommand, validateCommandList, validateThread } from './validate.mjs';
import { isEphemeral } from './world.mjs';

const COMMAND_LIMITS = { 1: 100, 2: 15, 3: 15, 4: 1 };

export class Rest {
  /** Every request: {method, path, query, route, at, status, durationMs, body, uploads}. */
  requests = [];
  /** Requests to routes that the double does not have. */
  unhandled = [];
  /** Requests answered with an error that is the bot's fault: {at, method, path, status, code, message, errors, body}. */
  violations = [];
  /** Errors in the double itself; always empty if it is sound. */
  internalErrors = [];
  rateLimitedCount = 0;
  #faults = [];
  #recentRequests = [];

  constructor({ world, interactions, token, gatewayUrl, rateLimit = null, portalAllows }) {
    Object.assign(this, { world, interactions, token, gatewayUrl, rateLimit, portalAllows });
    this.routes = buildRoutes(this);
  }

  /**
   * Makes coming requests fail.
   * @param fault {status, times, body, delayMs, reset}: `reset` cuts the connection instead of answering;
   *   with `status: null` the request is only delayed.
   */
  failNext(method, pathPattern, { status = 500, times = 1, body, headers = {}, delayMs = 0, reset = false } = {}) {
    this.#faults.push({
      method: method.toUpperCase(),
      pathPattern: new RegExp(pathPattern),
      status,
      left: times,
      body,
      headers,
      delayMs,
      reset,
    });
  }
  clearFaults() {
    this.#faults = [];
  }

  /** Handles an HTTP request under /api. */
  async handle(request, response, url) {
    const arrivedAt = Date.now();
    const [, version, path] = /^\/api(?:\/v(\d+))?(\/.*)?$/.exec(url.pathname);
    const entry = {
      method: request.method,
      path: decodedPath(path ?? '/'),
      query: Object.fromEntries(url.searchParams),
      route: null,
      at: arrivedAt,
      status: null,
    };
    this.requests.push(entry);
    let reply;
    try {
      const rawBody = await readBody(request);
      Object.assign(entry, decodeBody(rawBody, request.headers['content-type']));
      reply =
        (await this.#fault(entry, request)) ??
        this.#limit(entry) ??
        this.#answer(entry, path ?? '/', request, version, arrivedAt);
    } catch (error) {
      if (request.errored) {
        entry.status = 'aborted'; // the bot went away in the middle of its request
        return;
      }
      reply = this.#errorReply(entry, error);
    }
    if (reply === 'reset') {
      entry.status = 'reset';
      return;
    }
    entry.status = reply.status;
    entry.durationMs = Date.now() - arrivedAt;
    const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
    response.writeHead(reply.status, { ...(text && { 'content-type': 'application/json' }), ...reply.headers });
    response.end(text);
    this.world.emit('activity', { kind: 'request', entry });
  }

  async #fault(entry, request) {
    const fault = this.#faults.find(
      (one) => one.left > 0 && one.method === entry.method && one.pathPattern.test(entry.path),
    );
    if (!fault) return null;
    fault.left -= 1;
    entry.injected = true;
    if (fault.delayMs > 0)
      await new Promise((resolve) => {
        setTimeout(resolve, fault.delayMs);
      });
    if (fault.reset) {
      request.socket.resetAndDestroy();
      return 'reset';
    }
    if (fault.status === null) return null;
    if (fault.status === 429) return this.#tooManyRequests(Number(fault.body?.retry_after ?? 0.5), false);
    return {
      status: fault.status,
      headers: fault.headers,
      body: fault.body ?? { message: `${fault.status}: injected failure`, code: 0 },
    };
  }

  /** With `rateLimit: {perSecond, match, includeInteractions, global}` set, refuses what goes over it. */
  #limit(entry) {
    const { rateLimit } = this;
    if (!rateLimit?.perSecond) return null;
    if (rateLimit.match && !rateLimit.match.test(entry.path)) return null;
    // Interaction callbacks are outside of a bot's rate limit on the real Discord.
    if (!rateLimit.includeInteractions && /^\/(interactions|gateway)/.test(entry.path)) return null;
    const now = Date.now();
    this.#recentRequests = this.#recentRequests.filter((at) => at > now - 1000);
    if (this.#recentRequests.length < rateLimit.perSecond) {
      this.#recentRequests.push(now);
      return null;
    }
    return this.#tooManyRequests((this.#recentRequests[0] + 1000 - now) / 1000, rateLimit.global ?? false);
  }

  #tooManyRequests(seconds, global) {
    this.rateLimitedCount += 1;
    const retryAfter = Math.max(0.001, Math.round(seconds * 1000) / 1000);
    const headers = { 'retry-after': String(Math.ceil(retryAfter)), 'x-ratelimit-scope': global ? 'global' : 'user' };
    if (global) headers['x-ratelimit-global'] = 'true';
    else {
      Object.assign(headers, {
        'x-ratelimit-limit': String(this.rateLimit?.perSecond ?? 1),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-bucket': 'discorddouble',
        'x-ratelimit-reset': String(Date.now() / 1000 + retryAfter),
        'x-ratelimit-reset-after': String(retryAfter),
      });
    }
    return { status: 429, headers, body: { message: 'You are being rate limited.', retry_after: retryAfter, global } };
  }

  #answer(entry, rawPath, request, version, arrivedAt) {
    if (version !== undefined && version !== '10' && version !== '9') throw apiErrors.invalidApiVersion();
    const route = this.routes.find((one) => one.method === entry.method && one.pattern.test(rawPath));
    if (!route) {
      this.unhandled.push({ method: entry.method, path: entry.path, at: arrivedAt });
      entry.unhandled = true;
      throw this.routes.some((one) => one.pattern.test(rawPath)) ? apiErrors.methodNotAllowed() : apiErrors.notFound();
    }
    entry.route = route.template;
    if (route.needsToken && request.headers.authorization !== `Bot ${this.token}`) throw apiErrors.unauthorized();
    if (entry.error) throw entry.error;
    const parameters = Object.fromEntries(
      Object.entries(route.pattern.exec(rawPath).groups ?? {}).map(([key, value]) => [key, decodedPath(value)]),
    );
    const result = route.handler({
      ...parameters,
      query: entry.query,
      body: entry.body ?? {},
      files: entry.uploads ?? [],
      arrivedAt,
    });
    if (result instanceof Reply) return result;
    return result === undefined ? { status: 204 } : { status: 200, body: result };
  }

  #errorReply(entry, error) {
    if (!(error instanceof ApiError)) {
      this.internalErrors.push({ method: entry.method, path: entry.path, error });
      return { status: 500, body: { message: `500: the double failed: ${error.message}`, code: 0 } };
    }
    if (!entry.unhandled) {
      this.violations.push({
        at: Date.now(),
        method: entry.method,
        path: entry.path,
        status: error.status,
        code: error.code,
        message: error.message,
        ...(error.errors && { errors: error.errors }),
        body: entry.body,
      });
    }
    return { status: error.status, body: error.toJSON() };
  }
}

/** The path in readable form ('@original', emoji); as it is when it cannot be decoded. */
function decodedPath(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A reply with another status than 200 or 204. */
class Reply {
  constructor(status, body) {
    Object.assign(this, { status, body });
  }
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** {body, uploads} of a request; a malformed body becomes {error} so that it is answered after authorization. */
function decodeBody(raw, contentType = '') {
  if (raw.length === 0) return {};
  try {
    if (contentType.startsWith('multipart/form-data')) {
      const parts = parseMultipart(raw, contentType);
      const uploads = parts
        .filter((part) => part.filename !== undefined)
        .map((part, position) => ({
          index: /^files\[(\d+)\]$/.exec(part.name)?.[1] ?? String(position),
          filename: part.filename,
          contentType: part.contentType,
          data: part.data,
        }));
      const json = parts.find((part) => part.name === 'payload_json');
      const body = json
        ? JSON.parse(json.data.toString('utf8'))
        : Object.fromEntries(
            parts.filter((part) => part.filename === undefined).map((part) => [part.name, part.data.toString('utf8')]),
          );
      return { body, uploads };
    }
    return { body: JSON.parse(raw.toString('utf8')) };
  } catch {
    return { error: apiErrors.badJson() };
  }
}

// ---------------------------------------------------------------- routes

/** Turns '/channels/:channelId' into a pattern with named groups. */
function compileRoute([verbAndPath, handler, { needsToken = true } = {}]) {
  const [method, template] = verbAndPath.split(' ');
  const source = template.replace(/[.@]/g, '\\$&').replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return { method, template, pattern: new RegExp(`^${source}$`), handler, needsToken };
}

function buildRoutes(rest) {
  const open = { needsToken: false };
  return [
    ...applicationRoutes(rest),
    ...commandRoutes(rest),
    ...interactionRoutes(rest, open),
    ...messageRoutes(rest),
    ...reactionRoutes(rest),
    ...channelRoutes(rest),
    ...guildRoutes(rest),
    ['GET /gateway', () => ({ url: rest.gatewayUrl }), open],
    [
      'GET /gateway/bot',
      () => ({
        url: rest.gatewayUrl,
        shards: 1,
        session_start_limit: { total: 1000, remaining: 999, reset_after: 14400000, max_concurrency: 1 },
      }),
    ],
  ].map(compileRoute);
}

function applicationRoutes({ world }) {
  const application = () => ({
    ...clone(world.application),
    bot: clone(world.bot),
    approximate_guild_count: joinedGuilds(world).length,
    approximate_user_install_count: 0,
  });
  return [
    [
      'GET /users/@me',
      () => ({ ...clone(world.bot), verified: true, mfa_enabled: true, email: null, flags: 0, locale: 'en-US' }),
    ],
    ['PATCH /users/@me', ({ body }) => Object.assign(world.bot, body.username && { username: body.username })],
    [
      'GET /users/@me/guilds',
      () =>
        joinedGuilds(world).map((guild) => ({
          id: guild.id,
          name: guild.name,
          icon: null,
          owner: false,
          features: [],
          permissions: world.guildPermissions(guild, world.bot.id).toString(),
        })),
    ],
    [
      'POST /users/@me/channels',
      ({ body }) => {
        if (!world.users.has(String(body.recipient_id)))
          throw singleFormError(['recipient_id'], 'BASE_TYPE_REQUIRED', 'Unknown user');
        if (world.users.get(String(body.recipient_id)).bot) throw apiErrors.cannotDm();
        return world.openDm(String(body.recipient_id));
      },
    ],
    ['GET /users/:userId', ({ userId }) => clone(world.users.get(userId)) ?? fail(apiErrors.unknownUser)],
    ['GET /applications/@me', application],
    [
      'PATCH /applications/@me',
      ({ body }) => {
        Object.assign(world.application, body.description !== undefined && { description: body.description });
        return application();
      },
    ],
    ['GET /oauth2/applications/@me', application],
  ];
}

function commandRoutes({ world }) {
  const scopeOf = ({ appId, guildId }) => {
    if (appId !== world.application.id)
      throw new ApiError(403, 20012, 'You are not authorized to perform this action on this application');
    if (guildId !== undefined) requireGuild(world, guildId, apiErrors.missingAccess);
    return world.commandScope(guildId);
  };
  const findCommand = (context) => scopeOf(context).get(context.commandId) ?? fail(apiErrors.unknownCommand);
  const refuseTooMany = (commands) => {
    for (const [type, limit] of Object.entries(COMMAND_LIMITS)) {
      if (commands.filter((one) => (one.type ?? 1) === Number(type)).length > limit) throw apiErrors.tooManyCommands();
    }
  };
  const list = (context) => [...scopeOf(context).values()].map(clone);
  const create = (context) => {
    const scope = scopeOf(context);
    validateCommand(context.body);
    refuseTooMany([...scope.values()].filter((one) => one.name !== context.body.name).concat(context.body));
    const { command, created } = world.registerCommand(context.guildId, context.body);
    return new Reply(created ? 201 : 200, clone(command));
  };
  const overwrite = (context) => {
    const scope = scopeOf(context);
    validateCommandList(context.body);
    refuseTooMany(context.body);
    const kept = new Set(context.body.map((one) => `${one.type ?? 1}:${one.name}`));
    for (const command of [...scope.values()])
      if (!kept.has(`${command.type}:${command.name}`)) scope.delete(command.id);
    const registered = context.body.map((one) => clone(world.registerCommand(context.guildId, one).command));
    world.emit('activity', { kind: 'command' });
    return registered;
  };
  const update = (context) => {
    const merged = { ...findCommand(context), ...context.body };
    validateCommand(merged);
    const scope = world.commandScope(context.guildId);
    scope.set(context.commandId, { ...clone(merged), id: context.commandId, version: snowflake() });
    return clone(scope.get(context.commandId));
  };
  const remove = (context) => {
    findCommand(context);
    world.commandScope(context.guildId).delete(context.commandId);
  };
  const scopes = ['/applications/:appId/commands', '/applications/:appId/guilds/:guildId/commands'];
  return [
    ['GET /applications/:appId/guilds/:guildId/commands/permissions', () => []],
    ...scopes.flatMap((base) => [
      [`GET ${base}`, list],
      [`POST ${base}`, create],
      [`PUT ${base}`, overwrite],
      [`GET ${base}/:commandId`, (context) => clone(findCommand(context))],
      [`PATCH ${base}/:commandId`, update],
      [`DELETE ${base}/:commandId`, remove],
    ]),
  ];
}

function interactionRoutes({ interactions }, open) {
  return [
    [
      'POST /interactions/:id/:token/callback',
      (context) => {
        const result = interactions.callback(context);
        return context.query.with_response === 'true' ? result : undefined;
      },
      open,
    ],
    ['POST /webhooks/:appId/:token', (context) => interactions.followup(context), open],
    ['GET /webhooks/:appId/:token/messages/:messageId', (context) => interactions.getMessage(context), open],
    ['PATCH /webhooks/:appId/:token/messages/:messageId', (context) => interactions.editMessage(context), open],
    ['DELETE /webhooks/:appId/:token/messages/:messageId', (context) => interactions.deleteMessage(context), open],
  ];
}

function messageRoutes(rest) {
  const { world } = rest;
  /** A message as the bot may see it over REST. */
  const shown = (message) => {
    const payload = world.messagePayload(message);
    return rest.portalAllows('MessageContent') ? payload : world.withoutContent(payload);
  };
  const messageIn = (channel, messageId) => {
    const message = world.findMessage(channel.id, messageId);
    return message && !isEphemeral(message) ? message : fail(apiErrors.unknownMessage);
  };

  const create = ({ channelId, body, files }) => {
    const channel = requireSpeakable(world, channelId, files.length > 0 ? ['AttachFiles'] : []);
    const replyTo = replyTarget(world, channel, body.message_reference);
    if (body.enforce_nonce && body.nonce !== undefined) {
      const same = world
        .channelMessages(channel.id)
        .find((one) => String(one.nonce) === String(body.nonce) && one.author.id === world.bot.id);
      if (same) return shown(same);
    }
    const draft = draftFrom(world, channel.id, body, files);
    return shown(world.createMessage({ ...draft, channelId: channel.id, authorId: world.bot.id, replyTo }));
  };
  const list = ({ channelId, query }) => {
    const channel = requireChannel(world, channelId, ['ViewChannel']);
    const limit = Number(query.limit ?? 50);
    if (!(limit >= 1 && limit <= 100))
      throw singleFormError(['limit'], 'NUMBER_TYPE_MAX', 'int value should be between 1 and 100.');
    if (!world.may(channel, world.bot.id, 'ReadMessageHistory')) return [];
    const newestFirst = world
      .channelMessages(channel.id)
      .filter((one) => !isEphemeral(one))
      .reverse();
    const compare = (message, id) => {
      const difference = BigInt(message.id) - BigInt(id);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    };
    let page;
    if (query.before) page = newestFirst.filter((one) => compare(one, query.before) < 0).slice(0, limit);
    else if (query.after) page = newestFirst.filter((one) => compare(one, query.after) > 0).slice(-limit);
    else if (query.around) {
      const older = newestFirst.filter((one) => compare(one, query.around) <= 0).slice(0, Math.ceil(limit / 2));
      page = [...newestFirst.filter((one) => compare(one, query.around) > 0).slice(-Math.floor(limit / 2)), ...older];
    } else page = newestFirst.slice(0, limit);
    return page.map(shown);
  };
  const edit = ({ channelId, messageId, body, files }) => {
    const message = messageIn(requireChannel(world, channelId, ['ViewChannel']), messageId);
    if (message.author.id !== world.bot.id) throw apiErrors.notYourMessage();
    return shown(applyEdit(world, message, body, files));
  };
  const remove = ({ channelId, messageId }) => {
    const channel = requireChannel(world, channelId, ['ViewChannel']);
    const message = messageIn(channel, messageId);
    if (message.author.id !== world.bot.id && !world.may(channel, world.bot.id, 'ManageMessages'))
      throw apiErrors.missingPermissions();
    world.deleteMessage(message);
  };
  const pin =
    (pinned) =>
    ({ channelId, messageId }) => {
      const channel = requireChannel(world, channelId, ['ViewChannel']);
      if (!world.may(channel, world.bot.id, 'ManageMessages') && !world.may(channel, world.bot.id, 'PinMessages'))
        throw apiErrors.missingPermissions();
      messageIn(channel, messageId).pinned = pinned;
    };
  const pins = ({ channelId }) =>
    world
      .channelMessages(requireChannel(world, channelId, ['ViewChannel']).id)
      .filter((one) => one.pinned)
      .reverse();
  return [
    ['GET /channels/:channelId/messages', list],
    ['POST /channels/:channelId/messages', create],
    [
      'POST /channels/:channelId/messages/bulk-delete',
      ({ channelId, body }) => {
        const channel = requireChannel(world, channelId, ['ViewChannel', 'ManageMessages']);
        if (!(body.messages?.length >= 2 && body.messages.length <= 100))
          throw singleFormError(['messages'], 'BASE_TYPE_BAD_LENGTH', 'Must be between 2 and 100 in length.');
        world.deleteMessages(channel, body.messages.map((id) => world.findMessage(channel.id, id)).filter(Boolean));
      },
    ],
    [
      'GET /channels/:channelId/messages/pins',
      (context) => ({
        items: pins(context).map((one) => ({ pinned_at: one.timestamp, message: shown(one) })),
        has_more: false,
      }),
    ],
    [
      'GET /channels/:channelId/messages/:messageId',
      ({ channelId, messageId }) =>
        shown(messageIn(requireChannel(world, channelId, ['ViewChannel', 'ReadMessageHistory']), messageId)),
    ],
    ['PATCH /channels/:channelId/messages/:messageId', edit],
    ['DELETE /channels/:channelId/messages/:messageId', remove],
    ['GET /channels/:channelId/pins', (context) => pins(context).map(shown)],
    ...['/channels/:channelId/pins/:messageId', '/channels/:channelId/messages/pins/:messageId'].flatMap((path) => [
      [`PUT ${path}`, pin(true)],
      [`DELETE ${path}`, pin(false)],
    ]),
  ];
}

function reactionRoutes({ world }) {
  const base = '/channels/:channelId/messages/:messageId/reactions';
  const find = ({ channelId, messageId }) => {
    const channel = requireChannel(world, channelId, ['ViewChannel', 'ReadMessageHistory']);
    const message = world.findMessage(channel.id, messageId);
    return { channel, message: message && !isEphemeral(message) ? message : fail(apiErrors.unknownMessage) };
  };
  const removeAll = (message, matches) => {
    for (const { emoji, userIds } of world.reactions(message.id)) {
      if (matches(emoji)) userIds.forEach((userId) => world.removeReaction(message, userId, emoji));
    }
  };
  return [
    [
      `PUT ${base}/:emoji/@me`,
      (context) => {
        const { channel, message } = find(context);
        const emoji = parseEmoji(context.emoji);
        const isNew = !world.reactions(message.id).some((one) => one.emoji.name === emoji.name);
        if (isNew && !world.may(channel, world.bot.id, 'AddReactions')) throw apiErrors.missingPermissions();
        world.addReaction(message, world.bot.id, emoji);
      },
    ],
    [
      `DELETE ${base}/:emoji/@me`,
      (context) => world.removeReaction(find(context).message, world.bot.id, parseEmoji(context.emoji)),
    ],
    [
      `DELETE ${base}/:emoji/:userId`,
      (context) => {
        const { channel, message } = find(context);
        if (!world.may(channel, world.bot.id, 'ManageMessages')) throw apiErrors.missingPermissions();
        world.removeReaction(message, context.userId, parseEmoji(context.emoji));
      },
    ],
    [
      `GET ${base}/:emoji`,
      (context) => {
        const entry = world
          .reactions(find(context).message.id)
          .find((one) => one.emoji.name === parseEmoji(context.emoji).name);
        return (entry?.userIds ?? [])
          .slice(0, Number(context.query.limit ?? 25))
          .map((id) => clone(world.users.get(id)));
      },
    ],
    [
      `DELETE ${base}/:emoji`,
      (context) => {
        const { channel, message } = find(context);
        if (!world.may(channel, world.bot.id, 'ManageMessages')) throw apiErrors.missingPermissions();
        removeAll(message, (emoji) => emoji.name === parseEmoji(context.emoji).name);
      },
    ],
    [
      `DELETE ${base}`,
      (context) => {
        const { channel, message } = find(context);
        if (!world.may(channel, world.bot.id, 'ManageMessages')) throw apiErrors.missingPermissions();
        removeAll(message, () => true);
      },
    ],
  ];
}

function channelRoutes({ world }) {
  const threadFrom = (context, messageId) => {
    const { channelId, body, files } = context;
    const channel = requireChannel(world, channelId, ['ViewChannel', 'CreatePublicThreads']);
    const isForum = channel.type === 15 || channel.type === 16;
    if (THREAD_TYPES.has(channel.type) || !channel.guild_id) throw apiErrors.wrongChannelType();
    validateThread(body, { fromMessage: messageId !== undefined });
    const settings = { name: body.name, autoArchiveMinutes: body.auto_archive_duration ?? 1440 };
    if (messageId !== undefined) {
      if (!world.findMessage(channel.id, messageId)) throw apiErrors.unknownMessage();
      if (world.channels.has(messageId)) throw apiErrors.threadExists();
      return new Reply(201, world.addThread(channel.id, { ...settings, messageId }));
    }
    if (!isForum) {
      const thread = world.addThread(channel.id, { ...settings, type: body.type ?? 12 });
      if (thread.type === 11) {
        const notice = world.createMessage({
          channelId: channel.id,
          authorId: world.bot.id,
          content: body.name,
          type: MESSAGE_TYPE.ThreadCreated,
        });
        notice.message_reference = { type: 0, channel_id: thread.id, guild_id: channel.guild_id };
      }
      return new Reply(201, thread);
    }
    if (!body.message) throw singleFormError(['message'], 'BASE_TYPE_REQUIRED', 'This field is required');
    const draft = draftFrom(world, channel.id, body.message, files);
    const thread = world.addThread(channel.id, settings);
    const message = world.createMessage({ ...draft, channelId: thread.id, authorId: world.bot.id });
    return new Reply(201, { ...thread, message: world.messagePayload(message) });
  };
  const archived = ({ channelId }) => {
    const channel = requireChannel(world, channelId, ['ViewChannel', 'ReadMessageHistory']);
    const threads = [...world.channels.values()].filter(
      (one) => one.parent_id === channel.id && one.thread_metadata?.archived,
    );
    return { threads: threads.map(clone), members: [], has_more: false };
  };
  const thread = (channelId) => {
    const channel = requireChannel(world, channelId, ['ViewChannel']);
    return THREAD_TYPES.has(channel.type) ? channel : fail(apiErrors.wrongChannelType);
  };
  return [
    ['GET /channels/:channelId', ({ channelId }) => clone(requireChannel(world, channelId, ['ViewChannel']))],
    [
      'PATCH /channels/:channelId',
      ({ channelId, body }) => {
        const channel = requireChannel(world, channelId, ['ViewChannel']);
        const ownThread = THREAD_TYPES.has(channel.type) && channel.owner_id === world.bot.id;
        const needed = THREAD_TYPES.has(channel.type) ? 'ManageThreads' : 'ManageChannels';
        if (!ownThread && !world.may(channel, world.bot.id, needed)) throw apiErrors.missingPermissions();
        const { archived: isArchived, locked, auto_archive_duration: minutes, ...plain } = body;
        const metadata = Object.fromEntries(
          Object.entries({ archived: isArchived, locked, auto_archive_duration: minutes }).filter(
            ([, value]) => value !== undefined,
          ),
        );
        const allowed = Object.fromEntries(
          Object.entries(plain).filter(([key]) =>
            [
              'name',
              'topic',
              'nsfw',
              'rate_limit_per_user',
              'parent_id',
              'position',
              'permission_overwrites',
              'applied_tags',
              'flags',
            ].includes(key),
          ),
        );
        return clone(
          world.updateChannel(channel, {
            ...allowed,
            ...(channel.thread_metadata && { thread_metadata: { ...channel.thread_metadata, ...metadata } }),
          }),
        );
      },
    ],
    [
      'DELETE /channels/:channelId',
      ({ channelId }) => {
        const channel = requireChannel(world, channelId, ['ViewChannel']);
        if (
          channel.guild_id &&
          !world.may(channel, world.bot.id, THREAD_TYPES.has(channel.type) ? 'ManageThreads' : 'ManageChannels')
        )
          throw apiErrors.missingPermissions();
        if (channel.guild_id) world.deleteChannel(channel.id);
        return clone(channel);
      },
    ],
    [
      'POST /channels/:channelId/typing',
      ({ channelId }) => world.recordTyping(requireSpeakable(world, channelId), world.bot.id),
    ],
    ['POST /channels/:channelId/threads', (context) => threadFrom(context)],
    ['POST /channels/:channelId/messages/:messageId/threads', (context) => threadFrom(context, context.messageId)],
    ['GET /channels/:channelId/threads/archived/public', archived],
    ['GET /channels/:channelId/threads/archived/private', archived],
    ['GET /channels/:channelId/users/@me/threads/archived/private', archived],
    [
      'GET /channels/:channelId/thread-members',
      ({ channelId }) => [
        { id: thread(channelId).id, user_id: world.bot.id, join_timestamp: new Date().toISOString(), flags: 0 },
      ],
    ],
    [
      'PUT /channels/:channelId/thread-members/:userId',
      ({ channelId }) => {
        thread(channelId);
      },
    ],
    [
      'DELETE /channels/:channelId/thread-members/:userId',
      ({ channelId }) => {
        thread(channelId);
      },
    ],
  ];
}

function guildRoutes(rest) {
  const { world } = rest;
  const memberOf = (guild, userId) => {
    const member = guild.members.get(userId);
    return member ? world.memberPayload(guild, member) : fail(apiErrors.unknownMember);
  };
  const limited = (members, { limit }) => members.slice(0, Math.min(1000, Number(limit ?? 1)));
  return [
    [
      'GET /guilds/:guildId',
      ({ guildId, query }) => {
        const guild = requireGuild(world, guildId);
        return {
          ...world.guildPayload(guild),
          ...(query.with_counts === 'true' && {
            approximate_member_count: guild.members.size,
            approximate_presence_count: 1,
          }),
        };
      },
    ],
    [
      'GET /guilds/:guildId/channels',
      ({ guildId }) =>
        world
          .guildChannels(requireGuild(world, guildId))
          .filter((one) => !THREAD_TYPES.has(one.type))
          .map(clone),
    ],
    [
      'GET /guilds/:guildId/threads/active',
      ({ guildId }) => ({
        threads: world
          .guildChannels(requireGuild(world, guildId))
          .filter((one) => THREAD_TYPES.has(one.type) && !one.thread_metadata.archived)
          .map(clone),
        members: [],
      }),
    ],
    ['GET /guilds/:guildId/roles', ({ guildId }) => [...requireGuild(world, guildId).roles.values()].map(clone)],
    [
      'GET /guilds/:guildId/roles/:roleId',
      ({ guildId, roleId }) => clone(requireGuild(world, guildId).roles.get(roleId)) ?? fail(apiErrors.unknownRole),
    ],
    [
      'GET /guilds/:guildId/members',
      ({ guildId, query }) => {
        const guild = requireGuild(world, guildId);
        if (!rest.portalAllows('GuildMembers')) throw apiErrors.missingAccess();
        const after = BigInt(query.after ?? 0);
        const sorted = [...guild.members.values()]
          .filter((one) => BigInt(one.userId) > after)
          .sort((a, b) => (BigInt(a.userId) < BigInt(b.userId) ? -1 : 1));
        return limited(sorted, query).map((one) => world.memberPayload(guild, one));
      },
    ],
    [
      'GET /guilds/:guildId/members/search',
      ({ guildId, query }) => {
        const guild = requireGuild(world, guildId);
        const starts = (text) => text?.toLowerCase().startsWith((query.query ?? '').toLowerCase());
        const found = [...guild.members.values()].filter(
          (one) => starts(world.users.get(one.userId).username) || starts(one.nick),
        );
        return limited(found, query).map((one) => world.memberPayload(guild, one));
      },
    ],
    [
      'PATCH /guilds/:guildId/members/@me',
      ({ guildId, body }) => {
        const guild = requireGuild(world, guildId);
        Object.assign(guild.members.get(world.bot.id), { nick: body.nick ?? null });
        return memberOf(guild, world.bot.id);
      },
    ],
    ['GET /guilds/:guildId/members/:userId', ({ guildId, userId }) => memberOf(requireGuild(world, guildId), userId)],
    ['DELETE /users/@me/guilds/:guildId', ({ guildId }) => world.removeGuild(requireGuild(world, guildId).id)],
  ];
}

// ---------------------------------------------------------------- shared checks

function fail(makeError) {
  throw makeError();
}

const joinedGuilds = (world) => [...world.guilds.values()].filter((guild) => guild.joined);

function requireGuild(world, guildId, error = apiErrors.unknownGuild) {
  const guild = world.guilds.get(guildId);
  return guild?.joined ? guild : fail(error);
}

/** The channel, if it exists and the bot has the permissions. */
function requireChannel(world, channelId, permissions = []) {
  const channel = world.channels.get(channelId) ?? fail(apiErrors.unknownChannel);
  if (channel.guild_id && !world.guilds.get(channel.guild_id).joined) throw apiErrors.missingAccess();
  if (!world.may(channel, world.bot.id, 'ViewChannel')) throw apiErrors.missingAccess();
  if (!world.may(channel, world.bot.id, ...permissions)) throw apiErrors.missingPermissions();
  return channel;
}

function requireSpeakable(world, channelId, permissions = []) {
  const channel = requireChannel(world, channelId, []);
  if (!MESSAGE_CHANNEL_TYPES.has(channel.type)) throw apiErrors.wrongChannelType();
  if (!world.may(channel, world.bot.id, world.speakPermission(channel), ...permissions))
    throw apiErrors.missingPermissions();
  if (channel.thread_metadata?.archived && channel.thread_metadata.locked) throw apiErrors.threadArchived();
  return channel;
}

/** The message that a new message replies to, if it names one. */
function replyTarget(world, channel, reference) {
  if (!reference?.message_id || reference.type === 1) return undefined;
  if (!(world.channelPermissions(channel, world.bot.id) & PERMISSION.ReadMessageHistory))
    throw apiErrors.replyNeedsHistory();
  const target = world.findMessage(channel.id, String(reference.message_id));
  if (target && !isEphemeral(target)) return target;
  if (reference.fail_if_not_exists === false) return undefined;
  throw singleFormError(['message_reference'], 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message');
}

/** A unicode emoji; the double has no custom ones. */
function parseEmoji(text) {
  if (!/^(\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\uFE0F?\u20E3)/u.test(text))
    throw apiErrors.unknownEmoji();
  return { id: null, name: text };
}
