import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { FootnoteError } from '../errors.js';

/** Private hosts that may be read all the same, as the owner of this machine listed them. */
export interface PrivateHosts {
  has(host: string, port: number): boolean;
}

/** Names that never lead to the public Internet (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of `.internal`). */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|home\.arpa)$/;
/** Public by number, private by use: what Azure's hosts serve to the machines on them. */
const HOST_SERVICES = new Set(['168.63.129.16']);
/** All global unicast IPv6 addresses lie in here (RFC 4291); the rest is reserved, local, or old ways to carry IPv4. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * An address that someone gave, as the one that will be asked. Host names are in lower case, addresses in their usual spelling
 * (the URL standard turns `0x7f.1`, `2130706433` and the like into `127.0.0.1`); the fragment is dropped.
 *
 * @throws not-a-url for what is none, for a scheme other than http and https, and for an address with a name and password in it
 */
export function parseAddress(text: string, base?: URL): URL {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed, base?.href)) {
    throw new FootnoteError(
      'not-a-url',
      `“${shortened(trimmed)}” is not an address. Give it in full, like https://example.com/article.`,
    );
  }
  const url = new URL(trimmed, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FootnoteError('not-a-url', `Footnote reads only http and https addresses, not ${url.protocol} ones.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new FootnoteError('not-a-url', 'The address has a name or password in it. Give it without them.');
  }
  url.hash = '';
  return url;
}

/** The host of an address as a name or a bare IP address: without brackets and the root's dot. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** Whether an IP address belongs to the public Internet; false for what is no IP address. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === 'unicast' && !HOST_SERVICES.has(parsed.toString());
  if (parsed.match(NAT64)) return isPublicAddress(parsed.toByteArray().slice(12).join('.'));
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === 'unicast';
}

/**
 * Refuses a host that is private by its name or as a literal address. Names of other hosts are judged by the addresses
 * they lead to, when the connection is made.
 *
 * @throws private-address
 */
export function assertPublicHost(host: string, port: number, allowed: PrivateHosts): void {
  if (allowed.has(host, port)) return;
  if (isIP(host) ? !isPublicAddress(host) : PRIVATE_NAME.test(host)) throw privateAddress(host);
}

/** @param entries `host`, `host:port`, `address` or `address:port`; IPv6 with a port in brackets */
export function privateHosts(entries: readonly string[]): PrivateHosts {
  const known = new Set(entries.map((entry) => normalised(entry)));
  return { has: (host, port) => known.has(host) || known.has(`${host} ${port}`) };
}

export function privateAddress(host: string): FootnoteError {
  return new FootnoteError(
    'private-address',
    `${host} is a private or local address, which Footnote does not read. ` +
      'The owner of this machine can allow it with FETCH_ALLOW_PRIVATE_HOSTS; otherwise save the page and add the file.',
  );
}

/** `host` or `host port`, the host spelt as {@link hostOf} spells it. */
function normalised(entry: string): string {
  const text = entry.trim();
  const bare = isIP(text) === 6 ? `[${text}]` : text;
  const port = /:(\d+)$/.exec(bare)?.[1];
  if (!URL.canParse(`http://${bare}`)) return text;
  const host = hostOf(new URL(`http://${bare}`));
  return port === undefined ? host : `${host} ${Number(port)}`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
