/** Logging in to Discord, and what its refusals mean. */
import {
  Client,
  Events,
  GatewayCloseCodes,
  GatewayIntentBits,
  Options,
  Partials,
  type ClientOptions,
} from 'discord.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { FootnoteError } from '../errors.js';
import { isPassing, nameOf } from './delivery.js';
import type { Surface } from './surface.js';

export interface ConnectOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Aborted to give up. */
  readonly signal: AbortSignal;
}

/** A surface that listens, and the code with which Discord ends its connection for good, should it ever. */
export interface Connection {
  readonly surface: Surface;
  readonly refused: Promise<number>;
}

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
 * Connects, again and again while Discord cannot be reached.
 * @param readsContent asks for the Message Content intent; `no-content-intent` where Discord does not grant it
 * @param listen makes the surface, in the very event that says the client is ready
 * @throws discord-token, discord-failed
 */
export async function connect(
  options: ConnectOptions,
  readsContent: boolean,
  listen: (client: Client<true>) => Surface,
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
    client.once(Events.ClientReady, (readyClient) => resolve(listen(readyClient)));
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
async function login(client: Client, { config, log, signal }: ConnectOptions): Promise<void> {
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

export function refusal(code: number): FootnoteError {
  if (code === AUTHENTICATION_FAILED) {
    return new FootnoteError(
      'discord-token',
      `Discord does not accept DISCORD_TOKEN. Copy the token anew: ${PORTAL} › your application › Bot › Reset Token, and put it into .env.`,
    );
  }
  const name = GatewayCloseCodes[code] ?? 'unknown reason';
  return new FootnoteError('discord-failed', `Discord closed the connection for good (${code}, ${name}).`);
}

export function abortOf(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}
