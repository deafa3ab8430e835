import { STATUS_CODES } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import { FootnoteError, throwIfAborted } from '../errors.js';
import { assertPublicHost, hostOf, parseAddress, portOf, privateHosts } from './address.js';
import { publicAgent } from './connect.js';
import { asFetchError, isPassing } from './fetch-errors.js';
import { ACCEPTED_ENCODINGS, readAll, tooLarge, unpack } from './unpack.js';

export interface FetchOptions {
  /** Largest body, in bytes, as sent and as unpacked. */
  readonly maxBytes: number;
  /** Longest time in all, redirects and retry included, in milliseconds. */
  readonly timeoutMs: number;
  /** Redirects followed. */
  readonly maxRedirects: number;
  /** Private hosts that may be read: `host`, `host:port`, `address`, `address:port`. */
  readonly allowPrivateHosts: readonly string[];
  readonly userAgent: string;
}

/** What a server says a page can be asked for by, if it changed. */
export interface CacheKeys {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface Fetched extends CacheKeys {
  /** Unpacked. */
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** After redirects. */
  readonly url: string;
}

export interface Fetcher {
  /**
   * The page at an address; null when `known` is given and the server says it did not change.
   *
   * @throws not-a-url, private-address, host-not-found, connection-refused, connection-failed, timed-out, too-many-redirects,
   *   http-client-error, http-server-error, too-large, cancelled
   */
  fetch(
    address: string,
    options?: { signal?: AbortSignal | undefined; known?: CacheKeys | undefined },
  ): Promise<Fetched | null>;
  close(): Promise<void>;
}

/** Time to connect, and time from the request to the first byte, in milliseconds; both within the time in all. */
const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_BYTE_TIMEOUT_MS = 20_000;
/** Pause before the one retry of a failure that may pass, in milliseconds. */
const RETRY_AFTER_MS = 500;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const ACCEPT =
  'text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,application/pdf;q=0.8,application/xml;q=0.7,*/*;q=0.5';

/** Reads pages of strangers: public addresses only, within limits of size and time. */
export function createFetcher(options: FetchOptions): Fetcher {
  const allowed = privateHosts(options.allowPrivateHosts);
  const agent = publicAgent(allowed, Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs));

  async function follow(start: URL, signal: AbortSignal, known: CacheKeys | undefined): Promise<Fetched | null> {
    let url = start;
    for (let redirects = 0; redirects <= options.maxRedirects; redirects++) {
      assertPublicHost(hostOf(url), portOf(url), allowed);
      const response = await send(url, signal, known);
      if (REDIRECTS.has(response.statusCode) && response.headers['location'] !== undefined) {
        discard(response);
        url = parseAddress(asUtf8(single(response.headers['location']) ?? ''), url);
        continue;
      }
      if (response.statusCode === 304 && known) {
        discard(response);
        return null;
      }
      return await take(response, url);
    }
    throw new FootnoteError(
      'too-many-redirects',
      `${start.host} redirects more than ${options.maxRedirects} times. Open the page in a browser and give the address it ends at.`,
    );
  }

  async function send(url: URL, signal: AbortSignal, known: CacheKeys | undefined): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = {
      accept: ACCEPT,
      'accept-encoding': ACCEPTED_ENCODINGS,
      'user-agent': options.userAgent,
    };
    if (known?.etag) headers['if-none-match'] = known.etag;
    if (known?.lastModified) headers['if-modified-since'] = known.lastModified;
    const once = () =>
      request(url, {
        dispatcher: agent,
        headers,
        signal,
        headersTimeout: Math.min(FIRST_BYTE_TIMEOUT_MS, options.timeoutMs),
        bodyTimeout: options.timeoutMs,
      });
    try {
      const response = await once();
      if (!isPassing(response.statusCode)) return response;
      discard(response);
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error;
    }
    await delay(RETRY_AFTER_MS, undefined, { signal });
    return once();
  }

  async function take(response: Dispatcher.ResponseData, url: URL): Promise<Fetched> {
    const { statusCode, headers, body } = response;
    if (statusCode < 200 || statusCode > 299) {
      discard(response);
      throw statusError(url, statusCode);
    }
    if (Number(single(headers['content-length']) ?? 0) > options.maxBytes) {
      discard(response);
      throw tooLarge(options.maxBytes);
    }
    const packed = await readAll(body as AsyncIterable<Uint8Array>, options.maxBytes);
    return {
      bytes: await unpack(packed, single(headers['content-encoding']) ?? '', options.maxBytes),
      contentType: single(headers['content-type']),
      url: url.href,
      etag: single(headers['etag']) ?? null,
      lastModified: single(headers['last-modified']) ?? null,
    };
  }

  return {
    async fetch(address, { signal, known } = {}) {
      throwIfAborted(signal);
      const url = parseAddress(address);
      const late = AbortSignal.timeout(options.timeoutMs);
      try {
        return await follow(url, signal ? AbortSignal.any([signal, late]) : late, known);
      } catch (error) {
        throwIfAborted(signal);
        throw asFetchError(error, url, late.aborted, options.timeoutMs);
      }
    },
    close: () => agent.destroy(),
  };
}

function statusError(url: URL, status: number): FootnoteError {
  const said = `${url.host} answered ${status}${STATUS_CODES[status] ? ` (${STATUS_CODES[status]})` : ''}.`;
  if (status >= 500) return new FootnoteError('http-server-error', `${said} The site has a problem; try again later.`);
  return new FootnoteError(
    'http-client-error',
    `${said} ${ADVICE[status] ?? 'Check the address, or save the page and add the file.'}`,
  );
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'The page asks for a login: save it in your browser and add the file.',
  402: 'The page is for subscribers: save it in your browser and add the file.',
  403: 'The site does not let programs read this page: save it in your browser and add the file.',
  404: 'There is no such page; check the address.',
  410: 'The page is gone; the Internet Archive may have a copy.',
  429: 'The site asks to slow down; try again in some minutes.',
  451: 'The page may not be shown where this machine is.',
};

/** Lets go of a response whose body nobody wants. */
function discard({ body }: Dispatcher.ResponseData): void {
  // Ending a body early is an error to the stream, and none to us.
  body.on('error', () => undefined);
  body.destroy();
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Header bytes arrive as Latin-1; addresses in them are UTF-8 where they are not ASCII. */
function asUtf8(header: string): string {
  const text = Buffer.from(header, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? header : text;
}
