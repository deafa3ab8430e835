import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on this machine. */
export interface Loopback {
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** Connections made to it so far. */
  connections(): number;
  /** Requests it was sent, in order. */
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** @param host `::` listens on IPv4 and IPv6 alike where the machine has both */
export async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  host = '127.0.0.1',
): Promise<Loopback> {
  let connections = 0;
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
