import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/article/address.js';
import { createFetcher, type FetchOptions, type Fetcher } from '../../src/article/fetch.js';
import { failureOf } from './failure.js';
import { serve, type Loopback } from './loopback.js';
import { LOOPBACK_SPELLINGS, OTHER_PRIVATE_SPELLINGS } from './spellings.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

async function server(...args: Parameters<typeof serve>): Promise<Loopback> {
  const started = await serve(...args);
  open.push(started);
  return started;
}

function fetcher(allowPrivateHosts: readonly string[], options: Partial<FetchOptions> = {}): Fetcher {
  const made = createFetcher({
    maxBytes: 10_000,
    timeoutMs: 5000,
    maxRedirects: 3,
    userAgent: 'Footnote/test',
    allowPrivateHosts,
    ...options,
  });
  open.push(made);
  return made;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('a page', () => {
  it('comes with its type, its address and its validators', async () => {
    const site = await server((_, response) => {
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        etag: '"1"',
        'last-modified': 'yesterday',
      });
      response.end('<p>Hello');
    });
    const page = await fetcher([`127.0.0.1:${site.port}`]).fetch(`${site.origin}/a#part`);
    expect(page).toMatchObject({
      contentType: 'text/html; charset=utf-8',
      url: `${site.origin}/a`,
      etag: '"1"',
      lastModified: 'yesterday',
    });
    expect(text(page?.bytes)).toBe('<p>Hello');
    expect(site.requests[0]!.headers['user-agent']).toBe('Footnote/test');
    expect(site.requests[0]!.headers.cookie).toBeUndefined();
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (data: Buffer) => data],
  ])('is unpacked from %s', async (coding, pack) => {
    const site = await server((_, response) => {
      response.writeHead(200, { 'content-encoding': coding });
      response.end(pack(Buffer.from('Hello '.repeat(100))));
    });
    const page = await fetcher(['127.0.0.1']).fetch(site.origin);
    expect(text(page?.bytes)).toBe('Hello '.repeat(100));
  });

  it('is asked for only if it changed, when it is known', async () => {
    const site = await server((request, response) => {
      response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200);
      response.end();
    });
    const known = { etag: '"1"', lastModified: 'yesterday' };
    expect(await fetcher(['127.0.0.1']).fetch(site.origin, { known })).toBeNull();
    expect(site.requests[0]!.headers['if-modified-since']).toBe('yesterday');
  });
});

describe('redirects', () => {
  it('are followed, relative ones too', async () => {
    const site = await server((request, response) => {
      if (request.url === '/a/b') response.writeHead(302, { location: '../c' }).end();
      else response.end(request.url);
    });
    const page = await fetcher(['127.0.0.1']).fetch(`${site.origin}/a/b`);
    expect(text(page?.bytes)).toBe('/c');
    expect(page?.url).toBe(`${site.origin}/c`);
  });

  it('end after the limit', async () => {
    const site = await server((_, response) => response.writeHead(302, { location: '/again' }).end());
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'too-many-redirects' });
    expect(site.requests).toHaveLength(4);
  });

  it('do not lead to another scheme', async () => {
    const site = await server((_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'not-a-url' });
  });
});

describe('private addresses', () => {
  it('are never connected to, in any spelling, directly or by redirect', async () => {
    const target = await server((_, response) => response.end('secret'), '0.0.0.0');
    const spellings = [...LOOPBACK_SPELLINGS, ...OTHER_PRIVATE_SPELLINGS];
    let location = '';
    const gate = await server((_, response) => {
      // Headers are bytes: as a server sends an address that is not ASCII.
      response.writeHead(302, { location: Buffer.from(location).toString('latin1') }).end();
    });
    const guarded = fetcher([`127.0.0.1:${gate.port}`]);
    for (const spelling of spellings) {
      location = `http://${spelling}:${target.port}/`;
      expect(await failureOf(guarded.fetch(location)), location).toMatchObject({ code: 'private-address' });
      expect(await failureOf(guarded.fetch(gate.origin)), `redirect to ${location}`).toMatchObject({
        code: 'private-address',
      });
    }
    expect(spellings.length).toBeGreaterThanOrEqual(60);
    expect(gate.requests).toHaveLength(spellings.length);
    process.stdout.write(
      `${spellings.length} private addresses, directly and by redirect: ${target.connections()} connections\n`,
    );
    expect(target.connections()).toBe(0);
  });

  it('are refused by the port, where only another port is allowed', async () => {
    const target = await server((_, response) => response.end());
    expect(await failureOf(fetcher([`127.0.0.1:${target.port + 1}`]).fetch(target.origin))).toMatchObject({
      code: 'private-address',
    });
    expect(target.connections()).toBe(0);
  });

  it('are refused behind a name that the machine resolves', async ({ skip }) => {
    const name = hostname();
    const address = await lookup(name).catch(() => null);
    if (!address || isPublicAddress(address.address)) skip('this machine has no private name of its own');
    const target = await server((_, response) => response.end(), '0.0.0.0');
    expect(await failureOf(fetcher([]).fetch(`http://${name}:${target.port}/`))).toMatchObject({
      code: 'private-address',
    });
    expect(target.connections()).toBe(0);
    expect(await fetcher([name]).fetch(`http://${name}:${target.port}/`)).not.toBeNull();
  });
});

describe('failures', () => {
  it.each([
    [400, 'http-client-error'],
    [401, 'http-client-error'],
    [403, 'http-client-error'],
    [404, 'http-client-error'],
    [410, 'http-client-error'],
    [429, 'http-client-error'],
    [500, 'http-server-error'],
    [501, 'http-server-error'],
  ])('status %d is %s, and is said', async (status, code) => {
    const site = await server((_, response) => response.writeHead(status).end('sorry'));
    const failure = await failureOf(fetcher(['127.0.0.1']).fetch(site.origin));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(String(status));
    expect(site.requests).toHaveLength(1);
  });

  it('what passes is tried once more', async () => {
    const site = await server((_, response) => {
      if (site.requests.length === 1) response.writeHead(503).end();
      else response.end('back');
    });
    expect(text((await fetcher(['127.0.0.1']).fetch(site.origin))?.bytes)).toBe('back');
  });

  it('what does not pass fails after the second try', async () => {
    const site = await server((_, response) => response.writeHead(502).end());
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'http-server-error' });
    expect(site.requests).toHaveLength(2);
  });

  it('a connection that is cut is tried once more, then failed', async () => {
    const site = await server((_, response) => response.destroy());
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'connection-failed' });
    expect(site.requests).toHaveLength(2);
  });

  it('a host that is not there', async () => {
    expect(await failureOf(fetcher([]).fetch('http://no-such-host.invalid/'))).toMatchObject({
      code: 'host-not-found',
    });
  });

  it('a port nobody listens on', async () => {
    const gone = await serve((_, response) => response.end());
    await gone.close();
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(gone.origin))).toMatchObject({ code: 'connection-refused' });
  });

  it('a server that does not speak HTTP', async () => {
    const tcp = createTcpServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.0\r\n'));
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    open.push({ close: () => new Promise((resolve) => tcp.close(() => resolve())) });
    const { port } = tcp.address() as AddressInfo;
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(`http://127.0.0.1:${port}/`))).toMatchObject({
      code: 'connection-failed',
    });
  });

  it.each([
    ['never answers', () => undefined],
    ['never ends its answer', (response: { write(data: string): void }) => response.write('<p>')],
  ])('a server that %s', async (_, answer) => {
    const site = await server((__, response) => answer(response));
    const failure = await failureOf(fetcher(['127.0.0.1'], { timeoutMs: 200 }).fetch(site.origin));
    expect(failure).toMatchObject({ code: 'timed-out' });
  });

  it.each([
    ['says so', { 'content-length': '20000' }],
    ['does not say so', {}],
  ])('a page larger than the limit that %s', async (_, headers) => {
    const site = await server((__, response) => response.writeHead(200, headers).end('x'.repeat(20_000)));
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'too-large' });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('a page larger than the limit once it is unpacked from %s', async (coding, pack) => {
    const bomb = pack(Buffer.alloc(5_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    const site = await server((_, response) => response.writeHead(200, { 'content-encoding': coding }).end(bomb));
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'too-large' });
  });

  it.each(['gzip', 'zstd', 'gzip, gzip'])('data that is not what %s says', async (coding) => {
    const site = await server((_, response) => response.writeHead(200, { 'content-encoding': coding }).end('plain'));
    expect(await failureOf(fetcher(['127.0.0.1']).fetch(site.origin))).toMatchObject({ code: 'connection-failed' });
  });
});

describe('stopping', () => {
  it('ends a request that is under way', async () => {
    const stop = new AbortController();
    const site = await server(() => stop.abort());
    const failure = await failureOf(fetcher(['127.0.0.1']).fetch(site.origin, { signal: stop.signal }));
    expect(failure).toMatchObject({ code: 'cancelled' });
  });

  it('ends the pause before a second try', async () => {
    const stop = new AbortController();
    const site = await server((_, response) => {
      response.on('close', () => setImmediate(() => stop.abort()));
      response.writeHead(503).end();
    });
    const failure = await failureOf(fetcher(['127.0.0.1']).fetch(site.origin, { signal: stop.signal }));
    expect(failure).toMatchObject({ code: 'cancelled' });
    expect(site.requests).toHaveLength(1);
  });

  it('asks nobody once it is aborted', async () => {
    const site = await server((_, response) => response.end());
    const failure = await failureOf(fetcher(['127.0.0.1']).fetch(site.origin, { signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ code: 'cancelled' });
    expect(site.connections()).toBe(0);
  });
});
