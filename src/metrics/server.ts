import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FootnoteError } from '../errors.js';
import { healthOf, type Metrics, type State } from './metrics.js';

export interface MetricsServerOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly metrics: Metrics;
  readonly state: () => State;
}

export interface MetricsServer {
  readonly port: number;
  /** Ends it at once, requests under way included. */
  close(): Promise<void>;
}

/** Of a whole request; whoever reads metrics sends a line or two. */
const REQUEST_TIMEOUT_MS = 5_000;
/** Prometheus and a health check need one each. */
const MAX_CONNECTIONS = 16;

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const PLAIN = { type: 'text/plain; charset=utf-8' };
const NOT_FOUND = 'There is /health and /metrics.\n';

/**
 * Serves `GET /health` (JSON; 200, or 503 while the bot cannot do its work) and `GET /metrics` (Prometheus), and nothing
 * else. There is no log-in: `host` decides who can read it.
 * @throws bad-config when the port cannot be had
 */
export async function serveMetrics({ host, port, metrics, state }: MetricsServerOptions): Promise<MetricsServer> {
  const answer = async (method: string, path: string): Promise<Reply> => {
    if (path !== '/health' && path !== '/metrics') return { ...PLAIN, status: 404, body: NOT_FOUND };
    if (method !== 'GET' && method !== 'HEAD') return { ...PLAIN, status: 405, body: 'Read only.\n' };
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() };
    const health = healthOf(state());
    const status = health.status === 'ok' ? 200 : 503;
    return { status, type: 'application/json', body: `${JSON.stringify(health)}\n` };
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/[?#].*$/s, '');
    answer(request.method ?? '', path)
      // What went wrong stays inside: a reason could name a file or a library.
      .catch((): Reply => ({ ...PLAIN, status: 500, body: 'The numbers could not be collected.\n' }))
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new FootnoteError(
          'bad-config',
          `METRICS_PORT ${port} on ${host} cannot be had (${cause.code ?? cause.message}). Choose another, or empty it for none.`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  // Node leaves the body of an answer to HEAD out by itself.
  response.end(body);
}
