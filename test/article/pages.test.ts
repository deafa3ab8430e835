import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '../../src/article/parse.js';

/**
 * Whole pages and what must be read off them. A page that is read wrongly becomes a folder here: `source.html`, then
 * `npx vitest run test/article/pages.test.ts -u` writes the rest, to be checked by eye.
 */
const PAGES = new URL('pages/', import.meta.url);

describe.each(readdirSync(PAGES))('%s', (slug) => {
  const read = () =>
    parse({ bytes: readFileSync(new URL(`${slug}/source.html`, PAGES)), name: 'source.html', url: null });

  it('gives the article and nothing else', async () => {
    const { text } = await read();
    await expect(`${text}\n`).toMatchFileSnapshot(`pages/${slug}/expected.txt`);
  });

  it('says what the page says of itself', async () => {
    const { text, blocks, ...meta } = await read();
    const headings = blocks
      .filter(({ level }) => level > 0)
      .map(({ start, end, level }) => [level, text.slice(start, end)]);
    await expect(`${JSON.stringify({ ...meta, headings }, null, 2)}\n`).toMatchFileSnapshot(
      `pages/${slug}/expected.json`,
    );
  });

  it('has blocks that are the text, in order', async () => {
    const { text, blocks } = await read();
    const between = blocks.map(({ start }, index) => text.slice(index === 0 ? 0 : blocks[index - 1]!.end, start));
    expect(between.join('').trim()).toBe('');
    expect(blocks.at(-1)?.end).toBe(text.length);
    for (const { start, end, sentences } of blocks) {
      expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
      for (const sentence of sentences) {
        expect(sentence.start).toBeGreaterThanOrEqual(start);
        expect(sentence.end).toBeLessThanOrEqual(end);
      }
    }
  });
});
