import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig, SETTING_NAMES, type Config } from '../src/config.js';
import { FootnoteError } from '../src/errors.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MACHINE = { cores: 2, folder: '/somewhere' };

function load(env: Record<string, string | undefined>): Config {
  return loadConfig(env, MACHINE);
}

function complaint(env: Record<string, string>): string {
  try {
    load(env);
  } catch (thrown) {
    if (thrown instanceof FootnoteError && thrown.code === 'bad-config') return thrown.message;
    throw thrown;
  }
  return '';
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    expect(load({})).toEqual({
      discord: { token: undefined, apiUrl: undefined, guildId: undefined },
      dataDir: resolve(ROOT, 'data/library'),
      modelsDir: resolve(ROOT, 'models'),
      embedding: { model: 'e5-small-zh-en', threads: 2 },
      quota: { maxArticles: 10_000, maxBytes: 100 * 1024 * 1024 },
      answerThreshold: 0.5,
      logLevel: 'info',
      metrics: { host: '127.0.0.1', port: undefined },
      fetch: { allowPrivateHosts: [], maxBytes: 20 * 1024 * 1024, timeoutMs: 20_000, maxRedirects: 5 },
    });
  });

  it('takes every setting', () => {
    const config = load({
      DISCORD_TOKEN: 'abc.def',
      DISCORD_API_URL: 'http://localhost:3000/api/',
      DISCORD_GUILD_ID: '123456789012345678',
      DATA_DIR: 'library',
      MODELS_DIR: '/models',
      EMBEDDING_MODEL: 'Xenova/all-MiniLM-L6-v2',
      EMBEDDING_THREADS: '7',
      LIBRARY_MAX_ARTICLES: '12',
      LIBRARY_MAX_BYTES: '1 MB',
      ANSWER_THRESHOLD: '.25',
      LOG_LEVEL: 'DEBUG',
      METRICS_PORT: '9464',
      METRICS_HOST: '::1',
      FETCH_ALLOW_PRIVATE_HOSTS: 'Wiki.local, 10.0.0.7:8080,[FD00::1]:80,',
      FETCH_MAX_BYTES: '1.5 MiB',
      FETCH_TIMEOUT_SECONDS: '0.5',
      FETCH_MAX_REDIRECTS: '0',
    });
    expect(config).toEqual({
      discord: { token: 'abc.def', apiUrl: 'http://localhost:3000/api', guildId: '123456789012345678' },
      dataDir: '/somewhere/library',
      modelsDir: '/models',
      embedding: { model: 'Xenova/all-MiniLM-L6-v2', threads: 7 },
      quota: { maxArticles: 12, maxBytes: 1024 * 1024 },
      answerThreshold: 0.25,
      logLevel: 'debug',
      metrics: { host: '::1', port: 9464 },
      fetch: {
        allowPrivateHosts: ['wiki.local', '10.0.0.7:8080', '[fd00::1]:80'],
        maxBytes: 1.5 * 1024 * 1024,
        timeoutMs: 500,
        maxRedirects: 0,
      },
    });
  });

  it('takes an empty value, and one of spaces, for none', () => {
    expect(load({ DISCORD_TOKEN: '', ANSWER_THRESHOLD: '  ', DATA_DIR: '', LOG_LEVEL: undefined })).toEqual(load({}));
  });

  it('cannot be changed afterwards', () => {
    const config = load({});
    for (const part of [
      config,
      config.discord,
      config.embedding,
      config.quota,
      config.metrics,
      config.fetch,
      config.fetch.allowPrivateHosts,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('uses at least one thread and, unasked, at most four', () => {
    expect(loadConfig({}, { cores: 0, folder: '/' }).embedding.threads).toBe(1);
    expect(loadConfig({}, { cores: 32, folder: '/' }).embedding.threads).toBe(4);
  });

  it('names every wrong value at once, with what is right', () => {
    const message = complaint({
      ANSWER_THRESHOLD: '2',
      LOG_LEVEL: 'loud',
      FETCH_MAX_REDIRECTS: '-1',
      DATA_DIR: 'fine',
    });
    expect(message).toBe(
      [
        '3 settings are wrong:',
        '  ANSWER_THRESHOLD must be a number from 0 to 1, not "2".',
        '  LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, not "loud".',
        '  FETCH_MAX_REDIRECTS must be a whole number from 0 to 20, not "-1".',
        'Correct this in the environment or in .env; .env.example explains every setting.',
      ].join('\n'),
    );
  });

  it.each([
    ['DISCORD_API_URL', 'localhost:3000'],
    ['DISCORD_GUILD_ID', '12'],
    ['EMBEDDING_MODEL', '../secrets'],
    ['EMBEDDING_MODEL', 'a//b'],
    ['EMBEDDING_THREADS', '0'],
    ['EMBEDDING_THREADS', '1.5'],
    ['EMBEDDING_THREADS', '65'],
    ['LIBRARY_MAX_ARTICLES', '0'],
    ['LIBRARY_MAX_ARTICLES', '1e3'],
    ['LIBRARY_MAX_BYTES', '0'],
    ['ANSWER_THRESHOLD', '0,5'],
    ['ANSWER_THRESHOLD', 'NaN'],
    ['METRICS_PORT', '0'],
    ['METRICS_PORT', '65536'],
    ['METRICS_HOST', 'everywhere'],
    ['FETCH_ALLOW_PRIVATE_HOSTS', 'http://wiki.local'],
    ['FETCH_ALLOW_PRIVATE_HOSTS', 'wiki.local:99999'],
    ['FETCH_ALLOW_PRIVATE_HOSTS', '::1'],
    ['FETCH_MAX_BYTES', '0'],
    ['FETCH_MAX_BYTES', '20 parsecs'],
    ['FETCH_TIMEOUT_SECONDS', '0'],
    ['FETCH_TIMEOUT_SECONDS', '3601'],
  ])('refuses %s=%s', (name, value) => {
    expect(complaint({ [name]: value })).toContain(`${name} must be `);
  });

  it('never repeats the token', () => {
    const message = complaint({ DISCORD_TOKEN: 'secret word' });
    expect(message).toContain('DISCORD_TOKEN must be one word');
    expect(message).not.toContain('secret');
  });
});

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const lines = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const);

  it('names every setting once, each with a sentence before it', () => {
    expect(lines.map(([name]) => name).sort()).toEqual([...SETTING_NAMES].sort());
    for (const [name] of lines) expect(example).toMatch(new RegExp(`^# .+[.)]\\n${name}=`, 'm'));
  });

  it('holds the defaults', () => {
    expect(load(Object.fromEntries(lines))).toEqual(load({}));
  });
});
