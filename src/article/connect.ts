import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { assertPublicHost, isPublicAddress, privateAddress, type PrivateHosts } from './address.js';

/**
 * An agent that connects to public addresses only. The judgement is made on the very addresses handed to the socket, so a
 * name cannot change its mind between being judged and being connected to.
 */
export function publicAgent(allowed: PrivateHosts, connectTimeoutMs: number): Agent {
  return new Agent({
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
      try {
        assertPublicHost(host, port, allowed);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      const lookup = allowed.has(host, port) ? resolve : publicLookup;
      buildConnector({ timeout: connectTimeoutMs, lookup: lookup })(options, callback);
    },
  });
}

/** Resolves a name to its public addresses; fails when it has none. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) {
      callback(error, '', 0);
      return;
    }
    const usable = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = usable;
    if (!first)
      callback(
        privateAddress(isIP(hostname) ? hostname : `${hostname} (${addresses[0]?.address ?? 'no address'})`),
        '',
        0,
      );
    else if (options.all) callback(null, usable);
    else callback(null, first.address, first.family);
  });
};
