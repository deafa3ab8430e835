import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createMetrics, type Metrics, type State } from '../../src/metrics/metrics.js';
import { serveMetrics, type MetricsServer } from '../../src/metrics/server.js';
import { libraries, pasted } from '../library/open.js';

const SECRET = 'Who keeps the lighthouse at Cordouan?';

const NOTHING = { open: 0, failed: 0, articles: 0, passages: 0, reindexing: 0, model: 'loaded' } as const;

/** The value of a line of the text format. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no ${series} in\n${text}`);
  return Number(line.slice(series.length + 1));
}

describe('health and metrics', () => {
  const opened = libraries();
  let state: State = { isConnected: false, libraries: undefined };
  let metrics: Metrics;
  let server: MetricsServer;
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  const scrape = async () => (await get('/metrics')).text();

  beforeAll(async () => {
    metrics = createMetrics(() => state);
    server = await serveMetrics({ host: '127.0.0.1', port: 0, metrics, state: () => state });
  });
  afterAll(() => server.close());

  it('is unwell before Discord is connected and the model loaded, and says what is missing', async () => {
    const response = await get('/health');
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      status: 'unwell',
      discord: 'disconnected',
      libraries: { open: 0, failed: 0 },
      model: 'idle',
    });
  });

  it('counts what becomes of questions, without the questions', async () => {
    const all = opened.open({ watch: metrics.watch });
    const club = await all.of('club');
    await club.add(pasted('lamp.md', '# The lamp\n\nThe lamp at Cordouan was lit in July 1823 by Augustin Fresnel.'));
    await club.ask('When was the lamp at Cordouan lit?');
    await club.ask('Who won the chess championship in 1972?');
    await expect(club.ask('')).rejects.toMatchObject({ code: 'empty-question' });
    await expect(club.ask(SECRET.repeat(50))).rejects.toMatchObject({ code: 'question-too-long' });
    state = { isConnected: true, libraries: all.state() };

    const text = await scrape();
    expect(valueOf(text, 'footnote_questions_total{outcome="answered"}')).toBe(1);
    expect(valueOf(text, 'footnote_questions_total{outcome="not_in_library"}')).toBe(1);
    expect(valueOf(text, 'footnote_questions_total{outcome="failed"}')).toBe(2);
    expect(valueOf(text, 'footnote_question_failures_total{reason="empty-question"}')).toBe(1);
    expect(valueOf(text, 'footnote_question_failures_total{reason="question-too-long"}')).toBe(1);
    expect(valueOf(text, 'footnote_answer_seconds_count')).toBe(2);
    expect(valueOf(text, 'footnote_answer_seconds_bucket{le="+Inf"}')).toBe(2);
    expect(valueOf(text, 'footnote_answer_seconds_sum')).toBeGreaterThan(0);
    expect(valueOf(text, 'footnote_articles')).toBe(1);
    expect(valueOf(text, 'footnote_passages')).toBe(club.status().passages);
    expect(valueOf(text, 'footnote_libraries_open')).toBe(1);
    expect(valueOf(text, 'footnote_reindexes_running')).toBe(0);
    expect(valueOf(text, 'footnote_embedding_threads_lost_total')).toBe(0);
    expect(valueOf(text, 'footnote_discord_connected')).toBe(1);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(valueOf(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    for (const word of ['lamp', 'chess', 'lighthouse', 'club']) expect(text).not.toContain(word);

    const health = await get('/health');
    expect([health.status, await health.json()]).toEqual([
      200,
      { status: 'ok', discord: 'connected', libraries: { open: 1, failed: 0 }, model: 'loaded' },
    ]);
  });

  it('counts a library that cannot be opened or read, beside those that can', async () => {
    const all = opened.open();
    const well = await all.of('well');
    const closed = await all.of('gone');
    mkdirSync(join(opened.folder, 'emptied', 'backups'), { recursive: true });
    writeFileSync(join(opened.folder, 'emptied', 'index.hnsw'), 'An index without its database.');
    await expect(all.of('emptied')).rejects.toMatchObject({ code: 'database-damaged' });
    await closed.close();
    expect(all.state()).toMatchObject({ open: 1, failed: 2, articles: 0 });
    await all.close();
    expect(all.state()).toMatchObject({ open: 0, model: 'closed' });
    expect(() => well.status()).toThrow(expect.objectContaining({ code: 'closed' }) as Error);
  });

  it('sees a reindex that runs', async () => {
    const all = opened.open();
    const library = await all.of('rebuilt');
    await library.add(pasted('lamp.md', '# The lamp\n\nThe lamp was lit in July.'));
    const reindexing = library.reindex({ force: true });
    state = { isConnected: true, libraries: all.state() };
    expect(valueOf(await scrape(), 'footnote_reindexes_running')).toBe(1);
    await reindexing;
    expect(all.state().reindexing).toBe(0);
  });

  it.each<[string, State['libraries'], boolean, number]>([
    ['one library of two cannot be opened', { ...NOTHING, open: 1, failed: 1 }, true, 200],
    ['none can be opened', { ...NOTHING, failed: 2 }, true, 503],
    ['there is none yet', NOTHING, true, 200],
    ['the model does not load', { ...NOTHING, model: 'failed' }, true, 503],
    ['the connection to Discord broke', NOTHING, false, 503],
    ['the bot is leaving', { ...NOTHING, model: 'closed' }, true, 503],
  ])('when %s', async (_, now, isConnected, status) => {
    state = { isConnected, libraries: now };
    expect((await get('/health')).status).toBe(status);
    expect(valueOf(await scrape(), 'footnote_libraries_failed')).toBe(now?.failed);
  });

  it('answers nothing else', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics/../etc/passwd')).status).toBe(404);
    const posted = await get('/metrics', { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await get('/metrics?x=1', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(1_000);
  });

  it('keeps a reason to itself when the numbers cannot be had', async () => {
    const broken = () => {
      throw new Error(SECRET);
    };
    const other = await serveMetrics({ host: '127.0.0.1', port: 0, metrics: createMetrics(broken), state: broken });
    onTestFinished(() => other.close());
    for (const path of ['health', 'metrics']) {
      const response = await fetch(`http://127.0.0.1:${other.port}/${path}`);
      expect([response.status, await response.text()]).toEqual([500, 'The numbers could not be collected.\n']);
    }
  });

  it('says so when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(serveMetrics({ host: '127.0.0.1', port, metrics, state: () => state })).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringMatching(/METRICS_PORT \d+ on 127\.0\.0\.1 .*EADDRINUSE/) as string,
    });
  });

  it('closes although someone holds a connection', async () => {
    const other = await serveMetrics({ host: '127.0.0.1', port: 0, metrics, state: () => state });
    const held = httpRequest({ port: other.port, host: '127.0.0.1', path: '/health', method: 'GET' });
    const cut = new Promise((resolve) => held.once('error', resolve));
    held.flushHeaders();
    await new Promise((resolve) => held.once('socket', (socket) => socket.once('connect', resolve)));
    await other.close();
    await cut;
  });
});
