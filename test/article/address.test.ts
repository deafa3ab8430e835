import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertPublicHost,
  hostOf,
  isPublicAddress,
  parseAddress,
  portOf,
  privateHosts,
} from '../../src/article/address.js';
import { LOOPBACK_SPELLINGS, OTHER_PRIVATE_SPELLINGS } from './spellings.js';

const nobody = privateHosts([]);
const judge = (url: URL) => assertPublicHost(hostOf(url), portOf(url), nobody);

describe('parseAddress', () => {
  it.each(['', 'example.com/article', 'not a url', 'http://', 'https://exa mple.com/'])('refuses %j', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'not-a-url' }));
  });

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,hi', 'gopher://x/'])(
    'refuses the scheme of %s',
    (text) => {
      expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'not-a-url' }));
    },
  );

  it.each(['http://user:secret@example.com/', 'http://user@example.com/', 'https://:secret@example.com/'])(
    'refuses the credentials in %s',
    (text) => {
      expect(() => parseAddress(text)).toThrow(/name or password/);
    },
  );

  it('drops the fragment and the space around', () => {
    expect(parseAddress('  https://Example.com/a#part ').href).toBe('https://example.com/a');
  });

  it('resolves a redirect against where it came from', () => {
    expect(parseAddress('../b', new URL('https://example.com/x/y/a')).href).toBe('https://example.com/x/b');
  });
});

describe('assertPublicHost', () => {
  it.each(LOOPBACK_SPELLINGS)('refuses this machine as %s', (host) => {
    expect(() => judge(parseAddress(`http://${host}/`))).toThrow(expect.objectContaining({ code: 'private-address' }));
  });

  it.each(OTHER_PRIVATE_SPELLINGS)('refuses %s', (host) => {
    expect(() => judge(parseAddress(`http://${host}/`))).toThrow(expect.objectContaining({ code: 'private-address' }));
  });

  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '134744072',
    '[2606:4700::1111]',
    '[64:ff9b::8.8.8.8]',
    '[::ffff:8.8.8.8]',
    'example.com',
  ])('lets %s pass', (host) => {
    expect(() => judge(parseAddress(`http://${host}/`))).not.toThrow();
  });

  it('refuses every private IPv4 address in every spelling', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const privateIPv4 = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127), byte, byte, byte),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
      fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
      fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
      fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
    );
    const radix = fc.constantFrom(
      (n: number) => String(n),
      (n: number) => `0x${n.toString(16)}`,
      (n: number) => `0${n.toString(8)}`,
    );
    const parts = fc.constantFrom(1, 2, 3, 4, -1, -2, -3, -4);
    fc.assert(
      fc.property(privateIPv4, radix, parts, (bytes, spell, form) => {
        expect(() => judge(parseAddress(`http://${spellIPv4(bytes, spell, form)}/`))).toThrow(
          expect.objectContaining({ code: 'private-address' }),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('isPublicAddress', () => {
  it('knows that what is no address is not public', () => {
    expect(isPublicAddress('example.com')).toBe(false);
    expect(isPublicAddress('')).toBe(false);
  });
});

describe('privateHosts', () => {
  const allowed = privateHosts(['wiki.corp', 'intra.corp:8080', '10.0.0.5:80', '[::1]:9000', 'fd00::7', '0x7f.1:81']);

  it('allows a host on every port, or on the one named', () => {
    expect(allowed.has('wiki.corp', 443)).toBe(true);
    expect(allowed.has('intra.corp', 8080)).toBe(true);
    expect(allowed.has('intra.corp', 80)).toBe(false);
    expect(allowed.has('10.0.0.5', 80)).toBe(true);
    expect(allowed.has('10.0.0.5', 81)).toBe(false);
    expect(allowed.has('::1', 9000)).toBe(true);
    expect(allowed.has('::1', 80)).toBe(false);
    expect(allowed.has('fd00::7', 1234)).toBe(true);
    expect(allowed.has('127.0.0.1', 81)).toBe(true);
  });

  it('allows nothing else', () => {
    expect(allowed.has('other.wiki.corp', 80)).toBe(false);
    expect(allowed.has('corp', 80)).toBe(false);
    expect(allowed.has('127.0.0.1', 80)).toBe(false);
  });
});

/** `form` 1 to 4: so many parts; negative: the same, mapped into IPv6. */
function spellIPv4(bytes: readonly number[], spell: (n: number) => string, form: number): string {
  if (form < 0) return `[::ffff:${bytes.join('.')}]`;
  const head = bytes.slice(0, form - 1).map(spell);
  const tail = bytes.slice(form - 1).reduce((sum, byte) => sum * 256 + byte, 0);
  return [...head, spell(tail)].join('.');
}
