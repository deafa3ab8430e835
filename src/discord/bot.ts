/** The bot's life: coming, listening, and leaving. */
import { Events, OAuth2Scopes, PermissionFlagsBits, PermissionsBitField, type Client } from 'discord.js';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Libraries } from '../libraries.js';
import { hearMessage } from './asking.js';
import { catchUp } from './catching-up.js';
import { abortOf, connect, refusal, type Connection } from './connecting.js';
import { nameOf } from './delivery.js';
import { handleInteraction } from './interactions.js';
import { Lanes, PERSON_NOTICES, PERSON_PRESSES, PERSON_QUESTIONS, RateLimiter, SERVER_QUESTIONS } from './limits.js';
import { Presence } from './presence.js';
import { registerCommands } from './registering.js';
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
    const reach = (readsContent: boolean) =>
      connect(options, readsContent, (client) => listen(client, options, readsContent));
    const first = await reach(true);
    const connection = first === 'no-content-intent' ? await reach(false) : first;
    if (typeof connection !== 'string') await serve(connection, options);
  } finally {
    process.off('unhandledRejection', onRejection);
  }
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
