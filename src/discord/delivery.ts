/** Getting a message to Discord in spite of its faults, and a sentence to one person alone. */
import { DiscordAPIError, HTTPError, type Message as ChatMessage } from 'discord.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { sentence } from './components.js';
import type { Surface } from './surface.js';

/** discord.js itself tries three times in quick succession; these are for an outage of seconds. */
const WAITS_MS: readonly number[] = [1_000, 3_000];

/** How long a sentence stays that could only be said where all see it. */
const PASSING_MS = 20_000;

/** Does `send` again while Discord or the way there has a passing fault; what Discord refuses is thrown at once. */
export async function patiently<T>(surface: Surface, send: () => Promise<T>): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      return await send();
    } catch (error) {
      if (!isPassing(error)) throw error;
      surface.log.warn({ error: nameOf(error) }, 'Discord did not take a message; trying again');
      await sleep(wait);
    }
  }
  return send();
}

/** Tells one person something by direct message. @returns false when they take none from the bot */
export async function tellDirectly(surface: Surface, userId: string, words: string): Promise<boolean> {
  try {
    const user = await surface.client.users.fetch(userId);
    await patiently(surface, () => user.send({ content: words, allowedMentions: { parse: [] } }));
    return true;
  } catch (error) {
    surface.log.info({ error: nameOf(error) }, 'a direct message was not taken');
    return false;
  }
}

/**
 * Tells the author of a message about a mistake: a reaction shows that it was seen, the words come by direct message.
 * Someone who takes none finds them under the message for a few seconds.
 */
export async function tellAuthor(
  surface: Surface,
  asked: ChatMessage,
  words: string,
  reaction: string | null,
): Promise<void> {
  if (reaction !== null) {
    await asked.react(reaction).catch((error: unknown) => surface.log.debug({ error: nameOf(error) }, 'no reaction'));
  }
  if (await tellDirectly(surface, asked.author.id, words)) return;
  try {
    const said = await asked.reply({ ...sentence(words), failIfNotExists: false });
    setTimeout(() => void said.delete().catch(() => undefined), PASSING_MS).unref();
  } catch (error) {
    surface.log.info({ error: nameOf(error), channel: asked.channelId }, 'could not tell the author of a message');
  }
}

/** A fault of Discord or of the way there that may be gone in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DiscordAPIError) return false;
  if (error instanceof HTTPError) return error.status >= 500;
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code ?? (error.cause as { code?: unknown } | undefined)?.code;
  return error.name === 'AbortError' || (typeof code === 'string' && /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(code));
}

/** What a log says of an error: never a request's body, which may hold a question. */
export function nameOf(error: unknown): string {
  if (error instanceof DiscordAPIError) return `${error.method} ${error.status} ${error.code}`;
  if (error instanceof HTTPError) return `${error.method} ${error.status}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
