import { describe, expect, it } from 'vitest';
import { placeBlocks } from '../../src/article/article-home.js';
import { parsePage } from '../../src/article/dom.js';
import { extractArticle } from '../../src/article/extract.js';
import { pageBlocks } from '../../src/article/page-blocks.js';
import { FURNITURE_RULES } from '../../src/article/page-furniture.js';

const PROSE = [
  'The ferry left the harbour at six in the morning, and by noon the island lay ahead of us in the haze.',
  'Nobody on deck said a word about the storm, although everyone had read of it in the paper that day.',
  'The captain came down once to look at the engine, shook his head, and went back up to the bridge again.',
  'In the end we landed an hour late, which on that coast and in that month counts as being early, people said.',
];
const [first, second, ...later] = PROSE.map((text) => `<p>${text}</p>`);

/** A page whose article has `furniture` in the middle of it, or before its first paragraph. */
const page = (furniture: string, isBefore = false) =>
  `<html><body><article>${isBefore ? furniture : ''}${first!}${second!}${isBefore ? '' : furniture}${later.join('')}</article></body></html>`;

const EXAMPLES: readonly [rule: string, furniture: string, isBefore?: boolean][] = [
  ['figure', '<figure><img src="a.png"><figcaption>The island in the haze</figcaption></figure>'],
  [
    'named-box',
    '<div class="NewsletterBox newsletter"><p>Get the best of the coast in your inbox, every morning at six, before the ferry leaves the harbour.</p></div>',
  ],
  ['named-box', '<p class="wp-caption-text">The island in the haze</p>'],
  ['named-social', '<div class="share-tools"><span>Send to a friend</span></div>'],
  ['named-line', '<span class="timestamp"><div class="dateline">Sandvik, Tuesday</div></span>'],
  ['page-title', '<h1>A crossing</h1>', true],
  ['aside-element', '<aside><p>Ferries of the world</p></aside>'],
  ['link-paragraph', '<p><a href="/b">Ten ferries that never came back</a></p>'],
  ['date-line', '<div>Updated November 14, 2024 at 9:30</div>', true],
  ['credit-line', '<p>The island in the haze (Photo: Mia Berg)</p>'],
  ['call-line', '<p>Click here for more</p>'],
];

describe.each(EXAMPLES)('%s', (rule, furniture, isBefore) => {
  const html = page(furniture, isBefore);

  it(`tells ${furniture.slice(0, 60)}… from the article`, () => {
    expect(extractArticle(parsePage(html)).map(({ text }) => text)).toEqual(PROSE);
    const blocks = pageBlocks(parsePage(html));
    const placed = placeBlocks(
      blocks,
      blocks.map(() => true),
    );
    expect(placed.filter((block) => FURNITURE_RULES[rule]!(block))).toHaveLength(1);
  });
});

describe('what stays', () => {
  it.each([
    ['a list', '<ul><li>Bread and cheese for four</li><li>A map</li></ul>'],
    ['a quotation', '<blockquote class="twitter-tweet"><p>We are at sea and all is well.</p></blockquote>'],
    ['a heading', '<h2>The landing</h2>'],
    ['a paragraph with links', '<p>The <a href="/a">harbour</a> and the <a href="/b">island</a> are far apart.</p>'],
    ['a sentence about photos and newsletters', '<p>He wrote a newsletter with a photo of the sea in it.</p>'],
    ['a paragraph whose name means nothing', '<p class="has-drop-cap text-date-format-off">It rained.</p>'],
    ['a table', '<table><tr><td>Wind</td><td>7</td></tr></table>'],
  ])('%s', (_, kept) => {
    expect(extractArticle(parsePage(page(kept)))).toHaveLength(
      PROSE.length + kept.split('<li>').length - (kept.includes('<li>') ? 1 : 0),
    );
  });

  it('what stands outside of the article does not', () => {
    const html = `<html><body><div><p>Our readers also liked these pages, and we hope very much that you will like them, too.</p></div><div>${page('')}</div></body></html>`;
    expect(extractArticle(parsePage(html)).map(({ text }) => text)).toEqual(PROSE);
  });

  it('what the page hides does not, unless it hides everything', () => {
    const hidden = `<div style="display:none">${PROSE.map((text) => `<p>${text}</p>`).join('')}</div>`;
    expect(extractArticle(parsePage(page('<p hidden>Not for the eye.</p>'))).map(({ text }) => text)).toEqual(PROSE);
    expect(extractArticle(parsePage(`<html><body>${hidden}</body></html>`)).map(({ text }) => text)).toEqual(PROSE);
  });
});
