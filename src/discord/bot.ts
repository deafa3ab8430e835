/** The bot's life: logging in, listening, and leaving. */
import {
  Client,
  Events,
  GatewayCloseCodes,
  GatewayIntentBits,
  OAuth2Scopes,
  Options,
  Partials,
  PermissionFlagsBits,
  PermissionsBitField,
  type ClientOptions,
} from 'discord.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { FootnoteError } from '../errors.js';
import type { Libraries } from '../libraries.js';
import { hearMessage } from './asking.js';
import { catchUp } from './catching-up.js';
import { registerCommands } from './commands.js';
import { isPassing, nameOf } from './delivery.js';
import { handleInteraction } from './interactions.js';
import { Lanes, PERSON_NOTICES, PERSON_PRESSES, PERSON_QUESTIONS, RateLimiter, SERVER_QUESTIONS } from './limits.js';
import { Presence } from './presence.js';
import { resumeReindex } from './reindexing.js';
import { missingPermissions } from './status.js';
import { articlesChanged, libraryOf, type Surface } from './surface.js';
import { Work } from './work.js';

export interface DiscordOptions {
  readonly config: Config;
  /** Opened and closed by the caller; guilds' ids are the libraries' ids. */
  readonly libraries: Libraries;
  readonly log: Logger;
  readonly now: () => number;
  /** Hears when the connection to Discord stands, and when it breaks. */
  readonly onConnection?: ((isConnected: boolean) => void) | undefined;
  /** Aborted to leave: what is being answered is finished first. */
  readonly signal: AbortSignal;
}

/** What the bot needs on a server, and nothing more. */
const INVITED_PERMISSIONS = [
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.SendMessages,
  PermissionFlagsBits.SendMessagesInThreads,
  PermissionFlagsBits.CreatePublicThreads,
  PermissionFlagsBits.ReadMessageHistory,
  PermissionFlagsBits.AddReactions,
];

/** Of the ten seconds a shutdown may take, what answers under way get. */
const FINISH_MS = 8_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;
/** Messages a channel that are remembered, to notice that a question was deleted. */
const REMEMBERED_MESSAGES = 50;
const REMEMBERED_MEMBERS = 200;

/** Close codes of the gateway that have a remedy. */
const AUTHENTICATION_FAILED: number = GatewayCloseCodes.AuthenticationFailed;
const DISALLOWED_INTENTS: number = GatewayCloseCodes.DisallowedIntents;

const PORTAL = 'https://discord.com/developers/applications';

/**
 * Runs the bot until `signal` aborts.
 * @throws discord-token, or discord-failed where Discord refuses the connection for good
 */
export async function runDiscord(options: DiscordOptions): Promise<void> {
  const { log } = options;
  const onRejection = (reason: unknown): void => log.error({ err: reason }, 'a rejection was not handled; going on');
  process.on('unhandledRejection', onRejection);
  // Loaded while Discord is being connected to; what is wrong with it is told to whoever asks.
  options.libraries
    .warmUp()
    .catch((error: unknown) => log.error({ err: error }, 'the embedding model could not be loaded'));
  try {
    const first = await connect(options, true);
    const connection = first === 'no-content-intent' ? await connect(options, false) : first;
    if (typeof connection !== 'string') await serve(connection, options);
  } finally {
    process.off('unhandledRejection', onRejection);
  }
}

// ------------------------------------------------------------ logging in

/** A surface that listens, and the code with which Discord ends its connection for good, should it ever. */
interface Connection {
  readonly surface: Surface;
  readonly refused: Promise<number>;
}

async function connect(
  options: DiscordOptions,
  readsContent: boolean,
): Promise<Connection | 'no-content-intent' | 'aborted'> {
  const { config, log, signal } = options;
  const client = new Client(clientOptions(config, readsContent));
  client.on(Events.Error, (error) =>
    log.error({ error: nameOf(error) }, 'the connection to Discord reported an error'),
  );
  client.on(Events.Warn, (warning) => log.warn(warning));
  client.on(Events.ShardError, (error) => log.warn({ error: nameOf(error) }, 'the connection to Discord broke'));
  const refused = new Promise<number>((resolve) => client.on(Events.ShardDisconnect, ({ code }) => resolve(code)));
  const ready = new Promise<Surface>((resolve) => {
    // Made in the event itself, so that nothing that happens right after it is missed.
    client.once(Events.ClientReady, (readyClient) => resolve(listen(readyClient, options, readsContent)));
  });
  try {
    const failed = login(client, options).then(() => new Promise<never>(() => undefined));
    const outcome = await Promise.race([ready, refused, failed, abortOf(signal)]);
    if (typeof outcome === 'object') return { surface: outcome, refused };
    await client.destroy();
    if (outcome === 'aborted') return 'aborted';
    if (outcome !== DISALLOWED_INTENTS || !readsContent) throw refusal(outcome);
  } catch (error) {
    await client.destroy();
    throw error;
  }
  log.warn(
    'Discord does not grant the Message Content intent: mentions, replies to the bot and commands work, ask channels and ' +
      `threads without a mention do not. Switch it on under ${PORTAL} › your application › Bot › Message Content Intent, then start again.`,
  );
  return 'no-content-intent';
}

function clientOptions({ discord }: Config, readsContent: boolean): ClientOptions {
  return {
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(readsContent ? [GatewayIntentBits.MessageContent] : []),
    ],
    // Deleted messages are heard of although they are not remembered; direct messages although the channel is new.
    partials: [Partials.Channel, Partials.Message],
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: REMEMBERED_MESSAGES,
      GuildMemberManager: {
        maxSize: REMEMBERED_MEMBERS,
        keepOverLimit: (member) => member.id === member.client.user.id,
      },
      ReactionUserManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
    }),
    allowedMentions: { parse: [], repliedUser: false },
    failIfNotExists: false,
    // A message that is sent again after a lost answer is not posted twice.
    enforceNonce: true,
    ...(discord.apiUrl !== undefined && { rest: { api: discord.apiUrl } }),
  };
}

/** Logs in; again and again while Discord cannot be reached. */
async function login(client: Client, { config, log, signal }: DiscordOptions): Promise<void> {
  const { token } = config.discord;
  if (token === undefined) throw new FootnoteError('discord-token', 'Set DISCORD_TOKEN in .env; see .env.example.');
  for (let wait = FIRST_RETRY_MS; !signal.aborted; wait = Math.min(LAST_RETRY_MS, wait * 2)) {
    try {
      await client.login(token);
      return;
    } catch (error) {
      if (isWrongToken(error)) throw refusal(AUTHENTICATION_FAILED);
      if (!isPassing(error))
        throw new FootnoteError('discord-failed', `Discord refused the connection (${nameOf(error)}).`, {
          cause: error,
        });
      log.warn({ error: nameOf(error), seconds: wait / 1000 }, 'Discord cannot be reached; trying again');
    }
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
}

function isWrongToken(error: unknown): boolean {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return code === 'TokenInvalid' || status === 401;
}

function refusal(code: number): FootnoteError {
  if (code === AUTHENTICATION_FAILED) {
    return new FootnoteError(
      'discord-token',
      `Discord does not accept DISCORD_TOKEN. Copy the token anew: ${PORTAL} › your application › Bot › Reset Token, and put it into .env.`,
    );
  }
  const name = GatewayCloseCodes[code] ?? 'unknown reason';
  return new FootnoteError('discord-failed', `Discord closed the connection for good (${code}, ${name}).`);
}

function abortOf(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

// ------------------------------------------------------------ listening

/** Makes the surface of a client that is ready, and connects its events. */
function listen(client: Client<true>, options: DiscordOptions, readsContent: boolean): Surface {
  const { config, libraries, log, now, onConnection } = options;
  const surface: Surface = {
    client,
    config,
    libraries,
    log,
    now,
    readsContent,
    work: new Work(),
    lanes: new Lanes(),
    personQuestions: new RateLimiter(PERSON_QUESTIONS, now),
    serverQuestions: new RateLimiter(SERVER_QUESTIONS, now),
    presses: new RateLimiter(PERSON_PRESSES, now),
    notices: new RateLimiter(PERSON_NOTICES, now),
    presence: new Presence(client, now),
    servers: new Map(),
    reindexes: new Map(),
    openQuestions: new Map(),
  };
  /** Does something on an event; what is thrown is a fault of the program, and the bot goes on. */
  const take = (task: Promise<void>): void => {
    surface.work.track(task).catch((error: unknown) => log.error({ err: error }, 'an event was not dealt with'));
  };
  const withdraw = (messageId: string): void => surface.openQuestions.get(messageId)?.abort();
  client.on(Events.InteractionCreate, (interaction) => take(handleInteraction(surface, interaction)));
  client.on(Events.MessageCreate, (message) => take(hearMessage(surface, message)));
  client.on(Events.MessageDelete, ({ id }) => withdraw(id));
  client.on(Events.MessageBulkDelete, (messages) => messages.forEach(({ id }) => withdraw(id)));
  client.on(Events.GuildCreate, (guild) => log.info({ guild: guild.id }, 'joined a server'));
  client.on(Events.GuildDelete, (guild) => log.info({ guild: guild.id }, 'left a server; its library is kept'));
  onConnection?.(true);
  client.on(Events.ShardDisconnect, () => onConnection?.(false));
  client.on(Events.ShardReconnecting, () => {
    onConnection?.(false);
    log.info('reconnecting to Discord');
  });
  client.on(Events.ShardResume, (_, replayed) => {
    onConnection?.(true);
    log.info({ replayed }, 'the connection to Discord is back, nothing was missed');
  });
  client.on(Events.ShardReady, () => {
    onConnection?.(true);
    log.info('the connection to Discord is back, as a new session');
    surface.presence.showAgain();
    take(catchUp(surface));
  });
  return surface;
}

/** Serves until the signal, or until Discord ends it. */
async function serve({ surface, refused }: Connection, options: DiscordOptions): Promise<void> {
  const { client, log, work, presence } = surface;
  log.info(
    {
      bot: client.user.username,
      servers: client.guilds.cache.size,
      invite: inviteLink(client.application.id),
    },
    'ready; the invite link brings the bot to further servers',
  );
  try {
    await registerCommands(client, options.config.discord.guildId, log);
  } catch (error) {
    log.error({ error: nameOf(error) }, 'the commands could not be registered; those of before are used');
  }
  work
    .track(openLibraries(surface))
    .catch((error: unknown) => log.error({ err: error }, 'could not look into the libraries'));
  const outcome = await Promise.race([refused, abortOf(options.signal)]);
  if (outcome === 'aborted') {
    log.info('leaving: finishing what is being answered');
    const unfinished = await work.stop(FINISH_MS);
    if (unfinished > 0) log.warn({ unfinished }, 'left before everything was answered');
  }
  presence.close();
  await client.destroy();
  options.onConnection?.(false);
  log.info('left Discord');
  if (outcome !== 'aborted') throw refusal(outcome);
}

/** Brings the bot to a server with just what it needs; always Discord's own address, also behind a proxy. */
function inviteLink(applicationId: string): string {
  const scope = [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands].join(' ');
  const permissions = new PermissionsBitField(INVITED_PERMISSIONS).bitfield.toString();
  return `https://discord.com/oauth2/authorize?${new URLSearchParams({ client_id: applicationId, scope, permissions }).toString()}`;
}

/** Opens the libraries of the bot's servers one by one: for the presence, the ask channels, and reindexes to go on with. */
async function openLibraries(surface: Surface): Promise<void> {
  const { client, libraries, log, work } = surface;
  for (const id of await libraries.ids()) {
    if (work.isStopping) return;
    if (!client.guilds.cache.has(id)) continue;
    try {
      const library = await libraryOf(surface, id);
      articlesChanged(surface, library);
      for (const { channel, permissions } of missingPermissions(surface, id, library.settings)) {
        log.warn(
          { guild: id, channel },
          `an ask channel needs more permissions for the bot: ${permissions.join(', ')}`,
        );
      }
      resumeReindex(surface, library);
    } catch (error) {
      log.error({ guild: id, err: error }, 'a library could not be opened');
    }
  }
  await catchUp(surface);
}
