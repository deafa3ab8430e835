import { getEventListeners } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createReader, type Reader, type ReaderOptions } from '../../src/article/reader.js';
import { failureOf } from './failure.js';
import { serve, type Loopback } from './loopback.js';

const ARTICLE =
  'The ferry left the harbour at six in the morning, and by noon the island lay ahead. Nobody on deck spoke.';
const PAGE = `<!doctype html><html lang="en"><head><title>Crossing</title></head><body><h1>Crossing</h1><p>${ARTICLE}</p></body></html>`;

let folder: string;
let site: Loopback;
/** Starting a thread takes a second or two: tests that do not end it share one. */
let shared: Reader;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'footnote-reader-'));
  site = await serve((request, response) => {
    response.setHeader('etag', '"v1"');
    response.setHeader('content-type', 'text/html');
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
    else response.setHeader('content-encoding', 'gzip').end(gzipSync(PAGE));
  });
  shared = reader();
  open.pop();
});
afterAll(async () => {
  await shared.close();
  rmSync(folder, { recursive: true });
  await site.close();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

function reader(options: Partial<ReaderOptions> = {}): Reader {
  const made = createReader({
    maxBytes: 1_000_000,
    timeoutMs: 5000,
    maxRedirects: 5,
    allowPrivateHosts: [`127.0.0.1:${site.port}`],
    userAgent: 'Footnote/test',
    workerUrl: new URL('../../dist/article/read-worker.js', import.meta.url),
    ...options,
  });
  open.push(made);
  return made;
}

function file(name: string, content: string | Uint8Array): { kind: 'file'; path: string } {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { kind: 'file', path };
}

const bytes = (name: string, content: string | Uint8Array, contentType?: string) => ({
  kind: 'bytes' as const,
  name,
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
  ...(contentType === undefined ? {} : { contentType }),
});

describe('read', () => {
  it('reads a page by its address', async () => {
    const steps: string[] = [];
    const article = await shared.read({ kind: 'url', url: site.origin }, { onStep: (step) => steps.push(step) });
    expect(article).toMatchObject({ title: 'Crossing', text: ARTICLE, language: 'en', url: `${site.origin}/` });
    expect(article.blocks.map(({ start, end }) => article.text.slice(start, end))).toEqual([ARTICLE]);
    expect(article.validators).toEqual({
      etag: '"v1"',
      lastModified: null,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(steps).toEqual(['fetching', 'reading']);
  });

  it('reads files and bytes by what is in them, whatever they are called', async () => {
    const reading = shared;
    expect(await reading.read(file('page.txt', PAGE))).toMatchObject({ title: 'Crossing', text: ARTICLE, url: null });
    expect(await reading.read(bytes('-', `# Crossing\n\n${ARTICLE}`))).toMatchObject({
      title: 'Crossing',
      text: ARTICLE,
    });
    expect(await reading.read(bytes('note.html', ARTICLE))).toMatchObject({ title: 'note', text: ARTICLE });
  });

  it.each([
    ['a file that is not there', () => ({ kind: 'file' as const, path: join(folder, 'gone.md') }), 'file-not-found'],
    ['a folder', () => ({ kind: 'file' as const, path: folder }), 'file-not-found'],
    ['a device', () => ({ kind: 'file' as const, path: '/dev/zero' }), 'not-text'],
    ['an empty file', () => file('empty.md', ''), 'empty-file'],
    ['a file of blanks', () => file('blank.txt', ' \n\t\n'), 'empty-file'],
    [
      'an image',
      () => file('photo.html', Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64')),
      'not-text',
    ],
    [
      'a vector image',
      () => file('photo.txt', '<svg xmlns="http://www.w3.org/2000/svg"><text>Hi</text></svg>'),
      'not-text',
    ],
    ['an archive', () => file('archive.txt', Buffer.from('504b0304140000000000', 'hex')), 'not-text'],
    [
      'binary data',
      () =>
        file(
          'data.txt',
          Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256),
        ),
      'not-text',
    ],
    ['data for programs', () => bytes('feed', '{"a": 1}', 'application/json'), 'not-text'],
    ['a broken PDF', () => file('broken.pdf', '%PDF-1.7\n1 0 obj\n<< /Type'), 'broken-pdf'],
    [
      'a broken Word file',
      () => file('broken.docx', Buffer.from('504b030414000600080000002100', 'hex')),
      'broken-docx',
    ],
    [
      'a file larger than the limit',
      () => {
        const large = file('large.txt', 'x');
        truncateSync(large.path, 2_000_000);
        return large;
      },
      'too-large',
    ],
    ['bytes larger than the limit', () => bytes('large', 'x'.repeat(1_000_001)), 'too-large'],
    [
      'a page without an article',
      () => bytes('app.html', '<html><body><div id="root"></div><script>start()</script>'),
      'no-article',
    ],
    [
      'a login form',
      () => bytes('in.html', '<html><body><h1>Log in</h1><form><input><button>Go</button></form>'),
      'no-article',
    ],
    ['an address that is none', () => ({ kind: 'url' as const, url: 'example' }), 'not-a-url'],
  ])('refuses %s', async (_, source, code) => {
    const failure = await failureOf(shared.read(source()));
    expect(failure.code).toBe(code);
    // A sentence for a person.
    expect(failure.message).toMatch(/^[\p{Lu}“/].{15,}[.]$/su);
  });

  it('refuses a text in no known encoding', async () => {
    const bytesOfNone = Uint8Array.from({ length: 3000 }, (_, at) => (at % 2 === 0 ? 0x81 : 0xff));
    expect((await failureOf(shared.read(bytes('old.txt', bytesOfNone)))).code).toBe('unknown-encoding');
  });

  it('refuses a text longer than an article can be', async () => {
    const long = 'word '.repeat(500_000);
    const failure = await failureOf(reader({ maxBytes: 10_000_000 }).read(bytes('long.txt', long)));
    expect(failure.code).toBe('too-large');
  });
});

describe('readIfChanged', () => {
  it('asks the server whether a page changed', async () => {
    const reading = shared;
    const { validators } = await reading.read({ kind: 'url', url: site.origin });
    expect(await reading.readIfChanged({ kind: 'url', url: site.origin }, validators)).toBeNull();
    const other = { ...validators, etag: '"v0"', sha256: 'other' };
    expect(await reading.readIfChanged({ kind: 'url', url: site.origin }, other)).toMatchObject({ text: ARTICLE });
  });

  it('compares the bytes of what has no server to ask', async () => {
    const reading = shared;
    const source = file('note.md', '# A\n\nFirst version of the note.');
    const { validators } = await reading.read(source);
    expect(await reading.readIfChanged(source, validators)).toBeNull();
    file('note.md', '# A\n\nSecond version of the note.');
    expect(await reading.readIfChanged(source, validators)).toMatchObject({ text: 'Second version of the note.' });
  });
});

describe('outline', () => {
  it('leaves nothing behind on a signal that goes with many', async () => {
    const { signal } = new AbortController();
    const texts = ['One. Two.', 'Three.', 'Four. Five.'];
    await Promise.all(texts.map((text) => shared.outline(text, [], 'en', signal)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('cuts a stored text in the thread', async () => {
    const blocks = await shared.outline('Head\n\nOne. Two.', [{ start: 0, end: 4, level: 2 }], 'en');
    expect(blocks.map(({ level, sentences }) => [level, sentences.length])).toEqual([
      [2, 1],
      [0, 2],
    ]);
  });
});

describe('hostile pages', () => {
  const deep = `<html><body>${'<div>'.repeat(50_000)}${ARTICLE}`;

  it('cost one article, and the others that wait are read', async () => {
    const reading = reader({ parseTimeoutMs: 1500 });
    const [hostile, ...others] = await Promise.all([
      failureOf(reading.read(bytes('deep.html', deep))),
      reading.read(bytes('a.md', `# A\n\n${ARTICLE}`)),
      reading.read(bytes('b.html', PAGE)),
    ]);
    expect(hostile.code).toBe('parser-failed');
    expect(others.map(({ text }) => text)).toEqual([ARTICLE, ARTICLE]);
  });

  it('end when they take more memory than they may', async () => {
    const reading = reader({ parseMemoryMb: 150, maxBytes: 50_000_000 });
    const failure = await failureOf(
      reading.read(bytes('wide.html', `<html><body>${'<b><i></i></b>'.repeat(2_000_000)}`)),
    );
    expect(failure.code).toBe('parser-failed');
    expect(await reading.read(bytes('b.html', PAGE))).toMatchObject({ text: ARTICLE });
  });

  it('do not block the thread that asks', async () => {
    const reading = reader({ parseTimeoutMs: 1500 });
    let turns = 0;
    const timer = setInterval(() => turns++, 10);
    await failureOf(reading.read(bytes('deep.html', deep)));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  });
});

describe('stopping', () => {
  it('ends the article that is being read, and the others that wait are read', async () => {
    const reading = reader();
    const stop = new AbortController();
    const stopped = failureOf(
      reading.read(bytes('deep.html', `<html><body>${'<div>'.repeat(50_000)}`), {
        signal: stop.signal,
        onStep: () => setImmediate(() => stop.abort()),
      }),
    );
    const other = reading.read(bytes('a.md', `# A\n\n${ARTICLE}`));
    expect((await stopped).code).toBe('cancelled');
    expect(await other).toMatchObject({ text: ARTICLE });
  });

  it('takes an article that waits out of the queue', async () => {
    const reading = reader();
    const stop = new AbortController();
    const first = reading.read(bytes('a.md', `# A\n\n${ARTICLE}`));
    const second = failureOf(reading.read(bytes('b.md', `# B\n\n${ARTICLE}`), { signal: stop.signal }));
    stop.abort();
    expect((await second).code).toBe('cancelled');
    expect(await first).toMatchObject({ title: 'A' });
  });

  it('fails what is under way when it is closed, and what comes later', async () => {
    const reading = reader();
    const pending = failureOf(reading.read(bytes('a.md', `# A\n\n${ARTICLE}`)));
    await Promise.resolve();
    await reading.close();
    expect((await pending).code).toBe('closed');
    expect((await failureOf(reading.read(bytes('a.md', ARTICLE)))).code).toBe('closed');
  });
});

describe('a thread that fails', () => {
  it.each([
    ['cannot start', './workers/no-such-worker.mjs', /parser stopped/],
    ['ends in the middle', './workers/quitter.mjs', /parser stopped/],
    ['takes memory outside of its heap', './workers/hog.mjs', /more memory/],
    ['is lost in a regular expression', './workers/slow-pattern.mjs', /within 3 seconds/],
  ])('because it %s fails each article with a reason', async (_, worker, reason) => {
    const reading = reader({ workerUrl: new URL(worker, import.meta.url), parseMemoryMb: 50, parseTimeoutMs: 3000 });
    for (const name of ['a.md', 'b.md']) {
      const failure = await failureOf(reading.read(bytes(name, ARTICLE)));
      expect(failure.code).toBe('parser-failed');
      expect(failure.message).toMatch(reason);
    }
  });
});
