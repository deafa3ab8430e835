/** Runs the real program against the double: each test speaks to it as the people on a server do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createDiscordDouble, type Double, type DoubleOptions, type Given } from './double/discord-double.mjs';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

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
