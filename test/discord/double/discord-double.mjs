/**
 * A loopback stand-in for Discord: enough of REST v10 and Gateway v10 that an unmodified discord.js 14 bot can log in
 * to it, with an interface through which a test script acts as the people on the server. See README.md.
 */
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { PRIVILEGED_INTENTS, snowflake } from './constants.mjs';
import { Driver } from './driver.mjs';
import { Gateway } from './gateway.mjs';
import { Interactions } from './interactions.mjs';
import { Rest } from './rest.mjs';
import { World } from './world.mjs';

export {
  CALLBACK_TYPE,
  CHANNEL_TYPE,
  COMPONENT,
  INTENT,
  MESSAGE_FLAG,
  PERMISSION,
  permissionBits,
} from './constants.mjs';
export { ClientRefusal, DriverError, DriverTimeout } from './errors.mjs';
export { interactiveComponents, messageText } from './driver.mjs';

/**
 * @param options.port                 0 for any free port
 * @param options.token                the token the bot must show; made up by default
 * @param options.rateLimit            {perSecond, match, includeInteractions, global}
 * @param options.heartbeatIntervalMs  as announced in HELLO
 * @param options.privilegedIntents    which are switched on in the developer portal; all by default
 */
export async function createDiscordDouble({
  port = 0,
  token,
  botName = 'test-bot',
  rateLimit = null,
  heartbeatIntervalMs = 41_250,
  privilegedIntents = PRIVILEGED_INTENTS,
} = {}) {
  const appId = snowflake();
  const botToken =
    token ??
    `${Buffer.from(appId).toString('base64url')}.${randomBytes(4).toString('base64url')}.${randomBytes(28).toString('base64url')}`;

  const server = createServer();
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = `127.0.0.1:${server.address().port}`;

  const world = new World({ appId, botName, attachmentBaseUrl: `http://${address}` });
  const gateway = new Gateway({
    world,
    token: botToken,
    baseUrl: `ws://${address}`,
    heartbeatIntervalMs,
    allowedPrivilegedIntents: privilegedIntents,
  });
  const interactions = new Interactions(world);
  const rest = new Rest({
    world,
    interactions,
    token: botToken,
    gatewayUrl: `ws://${address}`,
    rateLimit,
    portalAllows: (intent) => privilegedIntents.includes(intent),
  });
  const driver = new Driver({ world, interactions, gateway });

  server.on('upgrade', (request, socket, head) => gateway.handleUpgrade(request, socket, head));
  server.on('request', (request, response) => {
    const url = new URL(request.url, `http://${address}`);
    if (url.pathname.startsWith('/attachments/')) return serveAttachment(world, rest, request, response, url);
    if (/^\/api(\/|$)/.test(url.pathname)) {
      return rest
        .handle(request, response, url)
        .catch((error) => rest.internalErrors.push({ method: request.method, path: url.pathname, error }));
    }
    rest.unhandled.push({ method: request.method, path: url.pathname, at: Date.now() });
    response.writeHead(404, { 'content-type': 'application/json' });
    return response.end('{"message":"404: Not Found","code":0}');
  });

  const fromWorld = bindMethods(world, [
    'addUser',
    'addGuild',
    'removeGuild',
    'guildOutage',
    'restoreGuild',
    'addRole',
    'setRolePermissions',
    'setBotPermissions',
    'addMember',
    'setMemberRoles',
    'removeMember',
    'addChannel',
    'deleteChannel',
    'addThread',
    'openDm',
    'storeAttachment',
  ]);
  const fromDriver = bindMethods(driver, [
    'waitUntil',
    'waitForReady',
    'waitForCommands',
    'waitForMessage',
    'waitForReaction',
    'messages',
    'message',
    'reactions',
    'typingCount',
    'sendMessage',
    'editMessage',
    'deleteMessage',
    'react',
    'unreact',
    'slash',
    'autocomplete',
    'contextMenu',
    'clickButton',
    'selectMenu',
    'submitModal',
  ]);

  return {
    apiUrl: `http://${address}/api`,
    gatewayUrl: `ws://${address}`,
    port: server.address().port,
    token: botToken,
    appId,
    botId: appId,
    /** The environment in which to start the bot. */
    env: { DISCORD_TOKEN: botToken, DISCORD_API_URL: `http://${address}/api` },

    ...fromWorld,
    ...fromDriver,
    /** The bot enters a guild: one made with {joined: false}, by id, or a new one {name, channels: [...], members: [...]}. */
    joinGuild(guild) {
      if (typeof guild === 'string' || guild.id) return world.joinGuild(guild);
      const { channels = [], members = [], ...spec } = guild;
      const { id } = world.addGuild({ ...spec, joined: false });
      const made = {
        channels: channels.map((one) => world.addChannel(id, one)),
        members: members.map((one) => world.addMember(id, one)),
      };
      return { ...world.joinGuild(id), ...made };
    },
    /** The interactions that the bot has not answered: [{id, type, data, ageMs}]. */
    unansweredInteractions: () =>
      interactions
        .all()
        .filter((one) => !one.ack)
        .map(({ id, type, payload, createdAt }) => ({
          id,
          type,
          data: structuredClone(payload.data),
          ageMs: Date.now() - createdAt,
        })),
    /** The commands offered in a guild (its own and the global ones), or the global ones. */
    commands: (guildId) => structuredClone(world.visibleCommands(guildId?.id ?? guildId)),

    failNext: rest.failNext.bind(rest),
    clearFaults: rest.clearFaults.bind(rest),
    setRateLimit(value) {
      rest.rateLimit = value;
    },
    dropGateway: gateway.drop.bind(gateway),
    requestReconnect: gateway.requestReconnect.bind(gateway),
    invalidateSession: gateway.invalidateSession.bind(gateway),
    setHeartbeatAcks(value) {
      gateway.acknowledgesHeartbeats = value;
    },

    requests: rest.requests,
    unhandled: rest.unhandled,
    violations: rest.violations,
    internalErrors: rest.internalErrors,
    get rateLimitedCount() {
      return rest.rateLimitedCount;
    },
    events: gateway.events,
    gatewayCounts: gateway.counts,
    presences: gateway.presences,
    deletedMessages: world.deletedMessages,
    typings: world.typings,
    world,

    async close() {
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const bindMethods = (target, names) => Object.fromEntries(names.map((name) => [name, target[name].bind(target)]));

/** Serves an uploaded file; the request is logged with the others. */
async function serveAttachment(world, rest, request, response, url) {
  const entry = {
    method: request.method,
    path: url.pathname,
    query: {},
    route: '/attachments',
    at: Date.now(),
    status: 404,
  };
  rest.requests.push(entry);
  const file = world.attachments.get(url.pathname.split('/')[3]);
  if (file?.delayMs)
    await new Promise((resolve) => {
      setTimeout(resolve, file.delayMs);
    });
  entry.status = file ? file.status : 404;
  if (entry.status !== 200) {
    response.writeHead(entry.status, { 'content-type': 'text/plain' });
    response.end('This content is no longer available.');
    return;
  }
  response.writeHead(200, { 'content-type': file.contentType, 'content-length': file.data.length });
  response.end(request.method === 'HEAD' ? undefined : file.data);
}
