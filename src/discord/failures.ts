/** What a person is told when something failed: by its code, in their words, never with a stack. */
import { DiscordAPIError } from 'discord.js';
import type { Failure } from '../errors.js';
import type { Words } from './words.js';

/** Refusals of Discord that the bot meets in ordinary life. */
export const DISCORD_CODE = {
  unknownChannel: 10003,
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  alreadyAcknowledged: 40060,
  missingAccess: 50001,
  missingPermissions: 50013,
  invalidWebhookToken: 50027,
  archivedThread: 50083,
} as const;

export function sayFailure(words: Words, { code, message }: Failure): string {
  const sentence = words.failures[code];
  const status =
    code === 'http-client-error' || code === 'http-server-error' ? /\b[45]\d\d\b/.exec(message)?.[0] : undefined;
  return status === undefined ? sentence : sentence + words.withStatus(status);
}

/** Whether Discord refused a request with one of these codes. */
export function isRefusal(error: unknown, ...names: (keyof typeof DISCORD_CODE)[]): boolean {
  return error instanceof DiscordAPIError && names.some((name) => error.code === DISCORD_CODE[name]);
}
