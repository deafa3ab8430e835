/** What every part of the Discord surface works with. */
import type { Client } from 'discord.js';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Libraries } from '../libraries.js';
import type { Library, LibrarySettings } from '../library.js';
import type { Lanes, RateLimiter } from './limits.js';
import type { Presence } from './presence.js';
import type { Work } from './work.js';

export interface Surface {
  readonly client: Client<true>;
  readonly config: Config;
  readonly libraries: Libraries;
  readonly log: Logger;
  readonly now: () => number;
  /** The Message Content intent is granted; without it only messages that mention the bot can be read. */
  readonly readsContent: boolean;
  readonly work: Work;
  /** Answers in the order of their questions, by channel. */
  readonly lanes: Lanes;
  readonly personQuestions: RateLimiter;
  readonly serverQuestions: RateLimiter;
  readonly presses: RateLimiter;
  /** Direct messages about mistakes. */
  readonly notices: RateLimiter;
  readonly presence: Presence;
  /**
   * Settings of the servers that have a library, as last seen: whether a message is a question is decided by them,
   * without opening a library for every server in which people chat.
   */
  readonly servers: Map<string, LibrarySettings>;
  /** By server; one a server at a time. */
  readonly reindexes: Map<string, RunningReindex>;
  /** Questions in messages that are being answered, by the message's id; aborted when the message is deleted. */
  readonly openQuestions: Map<string, AbortController>;
}

export interface RunningReindex {
  /** The person who may cancel it. */
  readonly owner: string;
  readonly stop: AbortController;
  done: number;
  total: number;
}

/** A server's library, opened on first use. */
export async function libraryOf(surface: Surface, guildId: string): Promise<Library> {
  const library = await surface.libraries.of(guildId);
  surface.servers.set(guildId, library.settings);
  return library;
}

/** To be called whenever a library's articles have changed. */
export function articlesChanged(surface: Surface, library: Library): void {
  surface.presence.articles(library.id, library.status().articles);
}
