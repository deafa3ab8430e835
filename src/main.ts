#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { runCli } from './cli/cli.js';
import { READER_GONE, type Shell } from './cli/shell.js';
import type { Config } from './config.js';
import { FootnoteError } from './errors.js';
import type { DownloadProgress, Libraries, Watch } from './libraries.js';
import type { State } from './metrics/metrics.js';

/** Shells give this plus the number of the signal as the exit code of what a signal ended. */
const SIGNAL_EXIT = 128;
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** What a timer can take at most. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

const ROOT = new URL('../', import.meta.url);

const stopping = new AbortController();
let stoppedBy: keyof typeof SIGNALS | undefined;
let config: Promise<Config> | undefined;

const shell: Shell = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  colour: { stdout: wantsColour(process.stdout), stderr: wantsColour(process.stderr) },
  signal: stopping.signal,
  version: (JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string }).version,
  samplesDir: fileURLToPath(new URL('data/', ROOT)),
  now: () => Date.now(),
  config: () => (config ??= readSettings()),
  openLibraries: async (onDownload) => open(await openLog('text'), onDownload),
  runDiscord,
};

watchSignals();
watchStreams();
// Idle threads keep no process alive, so that a command which waits for their end has to.
setInterval(() => undefined, LONGEST_INTERVAL_MS);
const code = await runCli(process.argv.slice(2), shell);
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((flushed) => stream.write('', flushed))),
);
process.exit(
  stoppedBy !== undefined && code !== 0
    ? SIGNAL_EXIT + SIGNALS[stoppedBy]
    : stopping.signal.reason === READER_GONE
      ? 0
      : code,
);

/** The settings of `.env` and the environment, which goes first. @throws bad-config */
async function readSettings(): Promise<Config> {
  const [{ config: loadDotenv }, { loadConfig }] = await Promise.all([import('dotenv'), import('./config.js')]);
  loadDotenv({ quiet: true });
  return loadConfig(process.env, { cores: availableParallelism(), folder: process.cwd() });
}

async function open(log: Logger, onDownload?: (progress: DownloadProgress) => void, watch?: Watch): Promise<Libraries> {
  const settings = await shell.config();
  const { openLibraries } = await import('./libraries.js');
  const clock = () => performance.now();
  return openLibraries({ ...settings, version: shell.version, now: shell.now, clock, log, onDownload, watch });
}

/** The bot, with its log as lines of JSON for whatever watches over it. @throws bad-config, and what the bot throws */
async function runDiscord(): Promise<void> {
  const settings = await shell.config();
  if (settings.discord.token === undefined) {
    const remedy = 'Set DISCORD_TOKEN in the environment or in .env; docs/discord.md says where to get one.';
    throw new FootnoteError('bad-config', `The Discord bot needs a token. ${remedy}`);
  }
  const log = await openLog('json');
  const { runDiscord: run } = await import('./discord/bot.js');
  const now: { isConnected: boolean; libraries?: Libraries } = { isConnected: false };
  const watching = await watchOver(settings, log, () => ({
    isConnected: now.isConnected,
    libraries: now.libraries?.state(),
  }));
  try {
    const libraries = await open(log, undefined, watching?.watch);
    now.libraries = libraries;
    const onConnection = (isConnected: boolean) => Object.assign(now, { isConnected });
    try {
      await run({ config: settings, libraries, log, now: shell.now, signal: stopping.signal, onConnection });
    } finally {
      await libraries.close();
    }
  } finally {
    await watching?.close();
  }
}

/** Health and metrics, where METRICS_PORT asks for them. @throws bad-config */
async function watchOver(
  { metrics: { host, port } }: Config,
  log: Logger,
  state: () => State,
): Promise<{ readonly watch: Watch; close(): Promise<void> } | undefined> {
  if (port === undefined) return undefined;
  const [{ createMetrics }, { serveMetrics }] = await Promise.all([
    import('./metrics/metrics.js'),
    import('./metrics/server.js'),
  ]);
  const metrics = createMetrics(state);
  const server = await serveMetrics({ host, port, metrics, state });
  log.info({ host, port }, 'serving /health and /metrics');
  return { watch: metrics.watch, close: () => server.close() };
}

/** People at the command line see warnings; LOG_LEVEL shows more or less. */
async function openLog(style: 'text' | 'json'): Promise<Logger> {
  const [{ logLevel }, { createLog }] = await Promise.all([shell.config(), import('./log.js')]);
  return createLog(style === 'text' && !process.env['LOG_LEVEL'] ? 'warn' : logLevel, style, process.stderr);
}

/** The first request to end lets what runs stop cleanly; the second ends at once. */
function watchSignals(): void {
  for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
    process.on(name, () => {
      if (stoppedBy !== undefined) process.exit(SIGNAL_EXIT + SIGNALS[name]);
      stoppedBy = name;
      stopping.abort();
    });
  }
}

/** A reader that leaves (`| head -1`) ends the program quietly. */
function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      stopping.abort(READER_GONE);
    });
  }
}

/** https://no-color.org and https://force-color.org: any value but an empty one (and, to force, 0) counts. */
function wantsColour(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY && TERM !== 'dumb';
}
