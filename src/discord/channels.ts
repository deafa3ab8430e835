/** Channels and threads that questions are asked in: what the bot may do there, and its own threads. */
import {
  ChannelType,
  PermissionFlagsBits,
  type GuildTextBasedChannel,
  type Message as ChatMessage,
  type PublicThreadChannel,
} from 'discord.js';
import { nameOf } from './delivery.js';
import { cut, harmless } from './markdown.js';
import type { Surface } from './surface.js';

const MAX_THREAD_NAME = 100;
/** Discord shows "is typing" for ten seconds. */
const TYPING_INTERVAL_MS = 8_000;

export function mentionsRoleOf(message: ChatMessage, botId: string): boolean {
  return message.mentions.roles.some((role) => role.tags?.botId === botId);
}

/** The id of a channel, where it is a thread that the bot opened. */
export function ownThread(surface: Surface, channelId: string): string | undefined {
  const channel = surface.client.channels.cache.get(channelId);
  return channel?.isThread() && channel.ownerId === surface.client.user.id ? channelId : undefined;
}

export function mayWrite(channel: GuildTextBasedChannel): boolean {
  const needed = channel.isThread() ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages;
  return channel.permissionsFor(channel.client.user)?.has([PermissionFlagsBits.ViewChannel, needed]) ?? false;
}

/** A thread under `message` for the conversation about it; null where there can be none. */
export async function openThread(
  surface: Surface,
  message: ChatMessage,
  question: string,
): Promise<PublicThreadChannel | null> {
  const channel = surface.client.channels.cache.get(message.channelId);
  if (channel?.type !== ChannelType.GuildText && channel?.type !== ChannelType.GuildAnnouncement) return null;
  const needed = [PermissionFlagsBits.CreatePublicThreads, PermissionFlagsBits.SendMessagesInThreads];
  if (!channel.permissionsFor(surface.client.user)?.has(needed)) {
    surface.log.warn(
      { guild: channel.guildId, channel: channel.id },
      'may open no thread: allow it Create Public Threads and Send Messages in Threads',
    );
    return null;
  }
  try {
    const name = cut(harmless(question).replace(/\s+/g, ' '), MAX_THREAD_NAME);
    return await message.startThread({ name });
  } catch (error) {
    surface.log.warn({ guild: channel.guildId, channel: channel.id, error: nameOf(error) }, 'could not open a thread');
    return null;
  }
}

export function keepTyping(surface: Surface, channel: GuildTextBasedChannel): () => void {
  const type = (): void => {
    channel
      .sendTyping()
      .catch((error: unknown) => surface.log.debug({ error: nameOf(error) }, 'could not show typing'));
  };
  type();
  const timer = setInterval(type, TYPING_INTERVAL_MS);
  return () => clearInterval(timer);
}
