/** Runs the real program against the double: each test speaks to it as the people on a server do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import {
  createDiscordDouble,
  messageText,
  type Double,
  type DoubleOptions,
  type FileGiven,
  type Given,
  type Handle,
  type Result,
} from './double/discord-double.mjs';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

const EPHEMERAL = 64;

/** A line of the bot's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export class Bot {
  readonly log: LogLine[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      this.log.push(parsed(line));
      for (const wake of this.#waiting) wake();
    });
    this.#ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /** The first line that matches, now or later. */
  async logged(pattern: RegExp, timeoutMs = 15_000): Promise<LogLine> {
    const find = (): LogLine | undefined => this.log.find(({ msg }) => pattern.test(msg));
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const line = find();
        if (!line) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(line);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(
          new Error(`the bot did not log ${String(pattern)}; it logged:\n${this.log.map(({ msg }) => msg).join('\n')}`),
        );
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return this.#ended;
  }

  /** Ends it as a service manager does. */
  async stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.kill('SIGTERM');
    return this.#ended;
  }
}

export function startBot(double: Double, dataDir: string, env: Readonly<Record<string, string>> = {}): Bot {
  const child = spawn(process.execPath, [MAIN, 'discord'], {
    env: {
      PATH: process.env['PATH'],
      ...double.env,
      DATA_DIR: dataDir,
      EMBEDDING_THREADS: '1',
      LOG_LEVEL: 'info',
      ...env,
    },
    // No .env of whoever runs the tests.
    cwd: dataDir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Bot(child);
}

/** A server with people, the bot in it, and a folder for its library. */
export interface Stage {
  readonly double: Double;
  readonly dataDir: string;
  readonly guild: { readonly id: string; readonly ownerId: string };
  readonly channel: { readonly id: string };
  /** May manage messages and the server. */
  readonly keeper: Given;
  readonly alice: Given;
  readonly bob: Given;
  bot: Bot;
  close(): Promise<void>;
}

export async function openStage({
  env = {},
  ...options
}: DoubleOptions & { env?: Readonly<Record<string, string>> } = {}): Promise<Stage> {
  const double = await createDiscordDouble({ heartbeatIntervalMs: 5_000, ...options });
  const dataDir = mkdtempSync(join(tmpdir(), 'footnote-discord-'));
  const guild = double.addGuild({ name: 'Reading club' });
  const channel = double.addChannel(guild.id, { name: 'general' });
  const keeper = double.addMember(guild.id, { username: 'keeper', permissions: ['ManageMessages', 'ManageGuild'] });
  const alice = double.addMember(guild.id, { username: 'alice' });
  const bob = double.addMember(guild.id, { username: 'bob' });
  const bot = startBot(double, dataDir, env);
  const stage: Stage = {
    double,
    dataDir,
    guild,
    channel,
    keeper,
    alice,
    bob,
    bot,
    async close() {
      stage.bot.kill('SIGKILL');
      await stage.bot.ended();
      await double.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await bot.logged(/^ready/);
  await double.waitForCommands(['ask', 'articles', 'article', 'reindex', 'library'], {});
  return stage;
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: 50, msg: line };
  }
}

/** Files of the articles that the project ships. */
export function sample(name: string): FileGiven {
  return { filename: name, content: readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8') };
}

/** Adds a file and waits until it is in the library. */
export async function addFile({ double, channel, keeper }: Stage, file: FileGiven): Promise<Result> {
  const handle = double.slash(channel, keeper, 'article add', {}, { attachments: { file } });
  return until(
    double,
    handle,
    /added|updated|already|is (?:empty|not text|damaged)|nothing in it|larger|is full|broken|I read|could not|not there/,
    90_000,
  );
}

/** The result of an interaction once what it shows matches. */
export async function until(double: Double, handle: Handle, pattern: RegExp, timeoutMs = 30_000): Promise<Result> {
  const matching = (result: Result) => pattern.test(said(result)) && result;
  return once(double, handle, matching, `never matched ${String(pattern)}`, timeoutMs);
}

/** What `probe` makes of an interaction's result, as soon as it makes something of it. */
function once<T>(
  double: Double,
  handle: Handle,
  probe: (result: Result) => T | false | undefined,
  never: string,
  timeoutMs = 30_000,
): Promise<T> {
  return double.waitUntil(
    () => handle.history.length > 0 && probe(handle.result()),
    timeoutMs,
    () => `the answer ${never}; it is: ${said(handle.result())}`,
  );
}

/** All that an interaction's answer says, to all and to the person alone. */
export function said(result: Result): string {
  return [result.message, ...result.followups].map((message) => messageText(message)).join('\n');
}

/** How a press is acknowledged whose message is somebody else's. */
const DEFERRED_UPDATE = 6;

/**
 * A mistake's sentence: shown to one person alone. A press of a button is told below the message it stands in, which may
 * change on its own account before that.
 */
export async function privately(double: Double, handle: Handle): Promise<string> {
  const toldAlone = ({ type, message, followups }: Result) =>
    [type === DEFERRED_UPDATE ? null : message, ...followups]
      .filter((one) => ((one?.flags ?? 0) & EPHEMERAL) !== 0)
      .map((one) => messageText(one))
      .find((told) => told !== '');
  return once(double, handle, toldAlone, 'told nothing in private');
}

/** The double has met nothing that Discord would have refused. */
export function expectClean({ double }: Pick<Stage, 'double'>): void {
  expect(double.violations).toEqual([]);
  expect(double.unhandled).toEqual([]);
  expect(double.internalErrors).toEqual([]);
}
