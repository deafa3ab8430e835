import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FootnoteError } from './errors.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every setting, checked. Folders are absolute paths. */
export interface Config {
  readonly discord: {
    /** Without one, the console is opened in place of the bot. */
    readonly token: string | undefined;
    /** A REST proxy or a test server; undefined: discord.js's own address. */
    readonly apiUrl: string | undefined;
    /** The one server to register commands in, for development; undefined: all. */
    readonly guildId: string | undefined;
  };
  readonly dataDir: string;
  readonly modelsDir: string;
  readonly embedding: {
    /** A folder under `modelsDir`, or an id of the hub. */
    readonly model: string;
    readonly threads: number;
  };
  /** What one library may hold. */
  readonly quota: {
    readonly maxArticles: number;
    /** Of article text, as UTF-8. */
    readonly maxBytes: number;
  };
  /** Confidence (0 to 1) from which on a question counts as answered. */
  readonly answerThreshold: number;
  readonly logLevel: LogLevel;
  readonly metrics: {
    readonly host: string;
    /** Undefined: neither health nor metrics are served. */
    readonly port: number | undefined;
  };
  readonly fetch: {
    /** `host` or `host:port`, in lower case. */
    readonly allowPrivateHosts: readonly string[];
    readonly maxBytes: number;
    readonly timeoutMs: number;
    readonly maxRedirects: number;
  };
}

/** What the settings are measured against. */
export interface Machine {
  /** Processors this program may use. */
  readonly cores: number;
  /** Folder that relative paths in settings start from. */
  readonly folder: string;
}

/** Where the defaults of DATA_DIR and MODELS_DIR are, wherever the program is started from. */
const PROJECT_ROOT = fileURLToPath(new URL('../', import.meta.url));

/** More threads than this fight over memory bandwidth and make a passage slower. */
const DEFAULT_MAX_THREADS = 4;
const MAX_THREADS = 64;
const MAX_TIMEOUT_SECONDS = 3600;
const MAX_REDIRECTS = 20;
const MAX_PORT = 65_535;

/** Room for a long, picture-free PDF; past that it is rarely an article. */
const DEFAULT_MAX_BYTES = 20 * 1024 * 1024;
const DEFAULT_TIMEOUT_SECONDS = 20;
const DEFAULT_MAX_REDIRECTS = 5;
const DEFAULT_ANSWER_THRESHOLD = 0.5;

/** A library that is full of English takes about 2.5 GB of disk and 300 MB of memory: what a small machine can carry. */
const DEFAULT_MAX_ARTICLES = 10_000;
const DEFAULT_MAX_LIBRARY_BYTES = 100 * 1024 * 1024;
const MAX_ARTICLES = 1_000_000;

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Never repeated in a message. */
const SECRETS: ReadonlySet<PropertyKey> = new Set(['DISCORD_TOKEN']);

const SETTINGS = z.object({
  DISCORD_TOKEN: checked('be one word, as the Developer Portal shows it', matching(/^\S+$/)).optional(),
  DISCORD_API_URL: checked('be an http or https address, such as http://localhost:3000/api', webAddress).optional(),
  DISCORD_GUILD_ID: checked("be a server's id, 17 to 20 digits", matching(/^\d{17,20}$/)).optional(),
  DATA_DIR: z.string().optional(),
  MODELS_DIR: z.string().optional(),
  EMBEDDING_MODEL: checked('be a model id, such as e5-small-zh-en or Xenova/all-MiniLM-L6-v2', modelId).default(
    'e5-small-zh-en',
  ),
  EMBEDDING_THREADS: checked(`be a whole number from 1 to ${MAX_THREADS}`, wholeNumber(1, MAX_THREADS)).optional(),
  LIBRARY_MAX_ARTICLES: checked(`be a whole number from 1 to ${MAX_ARTICLES}`, wholeNumber(1, MAX_ARTICLES)).default(
    DEFAULT_MAX_ARTICLES,
  ),
  LIBRARY_MAX_BYTES: checked('be a number of bytes, or a size such as 100MB', byteSize).default(
    DEFAULT_MAX_LIBRARY_BYTES,
  ),
  ANSWER_THRESHOLD: checked('be a number from 0 to 1', numberWithin(0, 1)).default(DEFAULT_ANSWER_THRESHOLD),
  LOG_LEVEL: checked(`be one of ${LOG_LEVELS.join(', ')}`, logLevel).default('info'),
  METRICS_PORT: checked(`be a port, 1 to ${MAX_PORT}`, wholeNumber(1, MAX_PORT)).optional(),
  METRICS_HOST: checked('be an address of this machine, such as 127.0.0.1 or ::', (value) =>
    isIP(value) > 0 ? value : undefined,
  ).default('127.0.0.1'),
  FETCH_ALLOW_PRIVATE_HOSTS: checked(
    'be hosts with commas between, such as wiki.local, 10.0.0.7:8080, [fd00::1]:80',
    hosts,
  ).default([]),
  FETCH_MAX_BYTES: checked('be a number of bytes, or a size such as 20MB', byteSize).default(DEFAULT_MAX_BYTES),
  FETCH_TIMEOUT_SECONDS: checked(
    `be a number of seconds, more than 0 and at most ${MAX_TIMEOUT_SECONDS}`,
    numberWithin(Number.MIN_VALUE, MAX_TIMEOUT_SECONDS),
  ).default(DEFAULT_TIMEOUT_SECONDS),
  FETCH_MAX_REDIRECTS: checked(`be a whole number from 0 to ${MAX_REDIRECTS}`, wholeNumber(0, MAX_REDIRECTS)).default(
    DEFAULT_MAX_REDIRECTS,
  ),
});

/** The name of every setting, as `.env.example` lists them. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS.shape);

/**
 * The settings in `env`, checked and completed. An empty value counts as not set.
 * @throws bad-config naming every wrong value at once
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>, machine: Machine): Config {
  const given: Record<string, string> = {};
  for (const name of SETTING_NAMES) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const checkedSettings = SETTINGS.safeParse(given);
  if (!checkedSettings.success) throw wrongSettings(checkedSettings.error.issues, given);
  const settings = checkedSettings.data;
  return Object.freeze({
    discord: Object.freeze({
      token: settings.DISCORD_TOKEN,
      apiUrl: settings.DISCORD_API_URL,
      guildId: settings.DISCORD_GUILD_ID,
    }),
    dataDir: folder(settings.DATA_DIR, 'data/library', machine),
    modelsDir: folder(settings.MODELS_DIR, 'models', machine),
    embedding: Object.freeze({
      model: settings.EMBEDDING_MODEL,
      threads: settings.EMBEDDING_THREADS ?? Math.max(1, Math.min(machine.cores, DEFAULT_MAX_THREADS)),
    }),
    quota: Object.freeze({
      maxArticles: settings.LIBRARY_MAX_ARTICLES,
      maxBytes: settings.LIBRARY_MAX_BYTES,
    }),
    answerThreshold: settings.ANSWER_THRESHOLD,
    logLevel: settings.LOG_LEVEL,
    metrics: Object.freeze({ host: settings.METRICS_HOST, port: settings.METRICS_PORT }),
    fetch: Object.freeze({
      allowPrivateHosts: Object.freeze(settings.FETCH_ALLOW_PRIVATE_HOSTS),
      maxBytes: settings.FETCH_MAX_BYTES,
      timeoutMs: settings.FETCH_TIMEOUT_SECONDS * 1000,
      maxRedirects: settings.FETCH_MAX_REDIRECTS,
    }),
  });
}

/** A setting that `parse` understands; where it gives undefined, the setting "must" do what `rule` says. */
function checked<T>(rule: string, parse: (value: string) => T | undefined) {
  return z.string().transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue(rule);
    return z.NEVER;
  });
}

function wrongSettings(issues: readonly z.core.$ZodIssue[], given: Readonly<Record<string, string>>): FootnoteError {
  const lines = issues.map(({ path: [name = ''], message }) => {
    const value = SECRETS.has(name) ? '' : `, not ${JSON.stringify(given[String(name)])}`;
    return `  ${String(name)} must ${message}${value}.`;
  });
  const opening = lines.length === 1 ? 'A setting is wrong:' : `${lines.length} settings are wrong:`;
  const remedy = 'Correct this in the environment or in .env; .env.example explains every setting.';
  return new FootnoteError('bad-config', [opening, ...lines, remedy].join('\n'));
}

function folder(given: string | undefined, fallback: string, machine: Machine): string {
  return given === undefined ? resolve(PROJECT_ROOT, fallback) : resolve(machine.folder, given);
}

function matching(pattern: RegExp): (value: string) => string | undefined {
  return (value) => (pattern.test(value) ? value : undefined);
}

function webAddress(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? value.replace(/\/+$/, '') : undefined;
}

/** Path segments of letters, digits, `.`, `_` and `-`, so that a model never lies outside its folder. */
function modelId(value: string): string | undefined {
  return value.split('/').every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part)) ? value : undefined;
}

function numberWithin(least: number, most: number): (value: string) => number | undefined {
  return (value) => {
    const number = /^\d*\.?\d+$/.test(value) ? Number(value) : NaN;
    return number >= least && number <= most ? number : undefined;
  };
}

function wholeNumber(least: number, most: number): (value: string) => number | undefined {
  const within = numberWithin(least, most);
  return (value) => (/^\d+$/.test(value) ? within(value) : undefined);
}

function logLevel(value: string): LogLevel | undefined {
  return LOG_LEVELS.find((level) => level === value.toLowerCase());
}

/** `20971520`, `20MB`, `20 MiB`, `1.5m`: units are powers of 1,024. */
function byteSize(value: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(value) ?? [];
  const bytes = Math.floor(Number(amount) * (UNIT_BYTES[unit.toLowerCase()] ?? NaN));
  return amount !== '' && bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

function hosts(value: string): string[] | undefined {
  const entries = value.split(',').map((entry) => entry.trim().toLowerCase());
  const found = entries.filter((entry) => entry !== '');
  return found.every(isHost) ? found : undefined;
}

function isHost(entry: string): boolean {
  const match = /^(?:\[[\da-f:.]+\]|[^\s:/@?#[\]]+)(?::(?<port>\d{1,5}))?$/.exec(entry);
  const port = Number(match?.groups?.['port'] ?? MAX_PORT);
  return match !== null && port >= 1 && port <= MAX_PORT;
}
