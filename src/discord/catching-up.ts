/**
 * Questions that were asked while the bot was not there: in a gap of the connection that Discord does not replay, and
 * shortly before or during a restart. Each is answered once: what was answered is noted.
 */
import {
  ChannelType,
  SnowflakeUtil,
  type Client,
  type GuildTextBasedChannel,
  type Message as ChatMessage,
} from 'discord.js';
import { hearMessage, wasAnswered } from './asking.js';
import { nameOf } from './delivery.js';
import type { Surface } from './surface.js';

/** A question older than this has been given up by whoever asked it. */
const MAX_AGE_MS = 5 * 60_000;
const MAX_CHANNELS = 25;
const MAX_MESSAGES = 50;

/** Answers the questions in recent messages that have no answer yet. */
export async function catchUp(surface: Surface): Promise<void> {
  const { client, log } = surface;
  const since = SnowflakeUtil.generate({ timestamp: surface.now() - MAX_AGE_MS }).toString();
  for (const channel of channelsWithNews(client, since).slice(0, MAX_CHANNELS)) {
    if (surface.work.isStopping) return;
    try {
      // The newest ones: those after a given one would be the oldest.
      const latest = await channel.messages.fetch({ limit: MAX_MESSAGES, cache: false });
      const messages = latest.filter(({ id }) => BigInt(id) > BigInt(since));
      for (const message of [...messages.values()].reverse())
        if (await isMissed(surface, message, messages)) await hearMessage(surface, message);
    } catch (error) {
      log.info({ channel: channel.id, error: nameOf(error) }, 'could not look for questions that were missed');
    }
  }
}

/** Channels that the bot can read, in which something was written since. */
function channelsWithNews(client: Client<true>, since: string): GuildTextBasedChannel[] {
  return [...client.channels.cache.values()].filter(
    (channel): channel is GuildTextBasedChannel =>
      !channel.isDMBased() &&
      channel.isTextBased() &&
      channel.type !== ChannelType.GuildVoice &&
      channel.lastMessageId !== null &&
      BigInt(channel.lastMessageId) > BigInt(since) &&
      (channel.permissionsFor(client.user)?.has(['ViewChannel', 'ReadMessageHistory']) ?? false),
  );
}

/** Not answered, not being answered, and not refused: nothing of the bot's stands under it. */
async function isMissed(
  surface: Surface,
  message: ChatMessage<true>,
  all: ReadonlyMap<string, ChatMessage<true>>,
): Promise<boolean> {
  const { client, servers, libraries, openQuestions } = surface;
  if (message.author.bot || openQuestions.has(message.id) || message.reactions.cache.some((reaction) => reaction.me))
    return false;
  if ([...all.values()].some((one) => one.author.id === client.user.id && one.reference?.messageId === message.id))
    return false;
  if (!servers.has(message.guildId)) return true;
  return !wasAnswered(await libraries.of(message.guildId), message.id);
}
