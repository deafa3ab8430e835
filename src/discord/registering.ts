/** Registering the commands with Discord, when they have changed. */
import { ApplicationCommandType, Routes, type Client } from 'discord.js';
import type { Logger } from 'pino';
import { COMMANDS } from './commands.js';

/**
 * Registers the commands, globally or in the one server `guildId`, if Discord has others than these.
 * @returns whether it had
 */
export async function registerCommands(
  client: Client<true>,
  guildId: string | undefined,
  log: Logger,
): Promise<boolean> {
  const { id } = client.application;
  const route = guildId === undefined ? Routes.applicationCommands(id) : Routes.applicationGuildCommands(id, guildId);
  const registered = await client.rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) });
  if (sameCommands(registered, COMMANDS)) return false;
  await client.rest.put(route, { body: COMMANDS });
  log.info({ commands: COMMANDS.length, guild: guildId }, 'registered the commands');
  return true;
}

/** Whether Discord's list of commands says what ours says; it adds ids and defaults, and keeps its own order of keys. */
export function sameCommands(registered: unknown, wanted: readonly unknown[]): boolean {
  if (!Array.isArray(registered) || registered.length !== wanted.length) return false;
  const byName = (list: readonly unknown[]): string[] => list.map((one) => JSON.stringify(essence(one))).sort();
  const theirs = byName(registered);
  return byName(wanted).every((one, index) => one === theirs[index]);
}

/** Fields that mean something, in one order; empty and default ones left out. */
const COMPARED = [
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'default_member_permissions',
  'contexts',
  'integration_types',
  'required',
  'autocomplete',
  'max_length',
  'options',
] as const;

function essence(command: unknown): unknown {
  const given = command as Partial<Record<string, unknown>>;
  const kept: Record<string, unknown> = { type: given['type'] ?? ApplicationCommandType.ChatInput };
  for (const field of COMPARED) {
    const value = field === 'options' ? (given[field] as unknown[] | undefined)?.map(essence) : sorted(given[field]);
    const isNothing =
      value === undefined ||
      value === null ||
      value === false ||
      value === '' ||
      (Array.isArray(value) && value.length === 0);
    if (!isNothing) kept[field] = value;
  }
  return kept;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}
