import { describe, expect, it } from 'vitest';
import { names } from '../../src/article/byline.js';
import { dateInAddress, isoDate, writtenDate } from '../../src/article/dates.js';
import { parsePage } from '../../src/article/dom.js';
import { languageOf, primaryTag } from '../../src/article/language.js';
import { pageMetadata } from '../../src/article/metadata.js';
import { pageTitle } from '../../src/article/title.js';

const metaOf = (head: string, body = '', url: string | null = null) =>
  pageMetadata(parsePage(`<html><head>${head}</head><body>${body}</body></html>`), url);
const linked = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;

describe('isoDate', () => {
  it.each([
    ['2024-11-14', '2024-11-14'],
    ['2024-11-14T09:30:00+08:00', '2024-11-14T09:30:00+08:00'],
    ['2024-11-14T09:30:00.123Z', '2024-11-14T09:30:00Z'],
    ['2024-11-14T09:30:00+0800', '2024-11-14T09:30:00+08:00'],
    ['2024-11-14 09:30', '2024-11-14'],
    ['2024-11-14T00:00:00Z', '2024-11-14'],
    ['20241114', '2024-11-14'],
    ['2024/1/4', '2024-01-04'],
    ['Thu, 14 Nov 2024 09:30:00 GMT', '2024-11-14T09:30:00Z'],
    ['November 14, 2024', '2024-11-14'],
    ['14. November 2024', '2024-11-14'],
    ['14 de noviembre de 2024', '2024-11-14'],
    ['14 novembre 2024', '2024-11-14'],
    ['14 ноября 2024', '2024-11-14'],
    ['2024年11月14日', '2024-11-14'],
  ])('reads %s', (given, expected) => {
    expect(isoDate(given)).toBe(expected);
  });

  it.each(['', 'soon', '2024-13-01', '2024-02-31', '0001-01-01T00:00:00Z', '9999-12-31', '12:30', 'room 14 of 2024'])(
    'knows that %j is no date',
    (given) => {
      expect(isoDate(given)).toBeNull();
    },
  );

  it('finds a date in a line and in an address', () => {
    expect(writtenDate('By Ann Lee, updated on Nov. 14th, 2024 at noon')).toBe('2024-11-14');
    expect(dateInAddress('https://a.org/2024/11/14/title')).toBe('2024-11-14');
    expect(dateInAddress('https://a.org/news/2024/nov/14/title.html')).toBe('2024-11-14');
    expect(dateInAddress('https://a.org/title-20241114/')).toBe('2024-11-14');
    expect(dateInAddress('https://a.org/item-20249914/')).toBeNull();
  });
});

describe('names', () => {
  it.each([
    ['By Ann Lee', 'Ann Lee'],
    ['by ANN LEE and Bo Li', 'ANN LEE, Bo Li'],
    ['Ann Lee, Bo Li & Cy Twombly', 'Ann Lee, Bo Li, Cy Twombly'],
    ['Ann Lee, AP Science Writer', 'Ann Lee'],
    ['Ann B. Lee | Daily News', 'Ann B. Lee'],
    ['Ann Lee - Contributing Editor', 'Ann Lee'],
    ['Ann Lee, MS, RD', 'Ann Lee'],
    ['Ann Lee The Courier', 'Ann Lee'],
    ['Von Jürgen Öhm', 'Jürgen Öhm'],
    ['文：林小雨', '林小雨'],
    ['The Associated Press', 'The Associated Press'],
  ])('reads %j', (given, expected) => {
    expect(names([given], ['The Courier'])).toBe(expected);
  });

  it.each(['', 'admin', 'https://a.org/ann', 'ann@a.org', 'The Courier', 'Staff', '12 comments', 'November'])(
    'finds no name in %j',
    (given) => {
      expect(names([given], ['The Courier'])).toBeNull();
    },
  );
});

describe('pageTitle', () => {
  const clues = { given: [], headings: [], document: '', siteNames: ['The Courier', 'courier.org'] };

  it.each([
    [
      'a heading that is in the title',
      { headings: ['The Courier', 'A Long Crossing'], document: 'A Long Crossing | News' },
    ],
    ['what other sites are told', { given: ['A Long Crossing'], headings: ['Menu'] }],
    ['the title without the site', { document: 'A Long Crossing - The Courier' }],
    [
      'the title with the site first',
      { document: 'The Courier: A Long Crossing', given: ['The Courier | A Long Crossing'] },
    ],
  ])('takes %s', (_, given) => {
    expect(pageTitle({ ...clues, ...given })).toBe('A Long Crossing');
  });

  it('keeps dashes that are part of the title', () => {
    expect(pageTitle({ ...clues, document: 'Yes – and No – to Bridges' })).toBe('Yes – and No – to Bridges');
  });
});

describe('pageMetadata', () => {
  it('reads JSON-LD, in graphs and with references', () => {
    const graph = {
      '@context': 'https://schema.org',
      '@graph': [
        { '@type': 'WebSite', '@id': '#site', name: 'The Courier' },
        { '@type': ['Person'], '@id': '#ann', name: 'Ann Lee' },
        {
          '@type': 'NewsArticle',
          headline: 'A Long Crossing',
          author: [{ '@id': '#ann' }, 'Bo Li'],
          publisher: { '@id': '#site' },
          datePublished: '2024-11-14T09:30:00+08:00',
          inLanguage: 'en-GB',
        },
      ],
    };
    expect(metaOf(linked(graph), '<h1>A Long Crossing</h1>')).toEqual({
      title: 'A Long Crossing',
      byline: 'Ann Lee, Bo Li',
      siteName: 'The Courier',
      publishedAt: '2024-11-14T09:30:00+08:00',
      language: 'en',
      url: null,
    });
  });

  it('takes the description of this article, of several', () => {
    const others = ['Other', 'A Long Crossing'].map((headline) => ({
      '@type': 'Article',
      headline,
      author: `Anna ${headline[0]!}. Lee`,
    }));
    expect(metaOf(linked(others), '<h1>A Long Crossing</h1>').byline).toBe('Anna A. Lee');
  });

  it('survives JSON-LD that is none', () => {
    const broken = '<script type="application/ld+json">{"@type": "Article", </script>';
    const wrapped =
      '<script type="application/ld+json"><!-- {"@type":"Article","headline":"A\nB","author":"Ann Lee"} --></script>';
    expect(metaOf(`${broken}${wrapped}`).byline).toBe('Ann Lee');
  });

  it('reads OpenGraph and meta tags', () => {
    const head =
      '<meta property="og:title" content="A Long Crossing"><meta property="og:site_name" content="The Courier | News"><meta name="author" content="Ann Lee"><meta property="article:published_time" content="2024-11-14"><meta property="og:locale" content="de_DE">';
    expect(metaOf(head)).toMatchObject({
      title: 'A Long Crossing',
      siteName: 'The Courier',
      byline: 'Ann Lee',
      publishedAt: '2024-11-14',
      language: 'de',
    });
  });

  it('reads what the page shows', () => {
    const body =
      '<h1>A Long Crossing</h1><p class="byline">By <a rel="author" href="/ann">Ann Lee</a></p><time datetime="2024-11-14">yesterday</time><div class="comments"><a rel="author">Troll One</a></div>';
    expect(metaOf('<title>A Long Crossing | The Courier</title>', body)).toMatchObject({
      title: 'A Long Crossing',
      siteName: 'The Courier',
      byline: 'Ann Lee',
      publishedAt: '2024-11-14',
    });
  });

  describe('the address', () => {
    const canonical = (href: string) => `<link rel="canonical" href="${href}">`;

    it('is the one the page asks to be known by', () => {
      expect(metaOf(canonical('/a'), '', 'https://www.courier.org/a?from=mail').url).toBe('https://www.courier.org/a');
      expect(metaOf(canonical('https://courier.org/a'), '', 'https://m.courier.org/a').url).toBe(
        'https://courier.org/a',
      );
      expect(metaOf(canonical('https://courier.org/a#x')).url).toBe('https://courier.org/a');
    });

    it.each(['https://other.org/a', 'javascript:alert(1)', 'file:///etc/passwd', 'https://courier.org/', 'http://'])(
      'is not %s',
      (href) => {
        expect(metaOf(canonical(href), '', 'https://courier.org/b').url).toBe('https://courier.org/b');
      },
    );

    it('is not of another site under the same public suffix', () => {
      expect(metaOf(canonical('https://b.co.uk/a'), '', 'https://a.co.uk/a').url).toBe('https://a.co.uk/a');
    });
  });
});

describe('languageOf', () => {
  const german =
    'Die Fähre verließ den Hafen um sechs Uhr morgens, und gegen Mittag lag die Insel vor uns. Niemand sprach ein Wort.';

  it.each([
    [german, null, 'de'],
    [german, 'en-US', 'de'],
    ['渡轮早上六点离开港口，中午时分，岛屿出现在前方。甲板上没有人说话。', 'en', 'zh'],
    ['フェリーは朝六時に港を出て、正午には島が見えてきた。誰も話さなかった。', null, 'ja'],
    ['여객선은 아침 여섯 시에 항구를 떠났고 정오 무렵 섬이 눈앞에 나타났다.', 'en', 'ko'],
    ['OK', 'fr', 'fr'],
    ['OK', null, null],
  ])('reads %j declared as %j', (text, declared, language) => {
    expect(languageOf(text, declared)).toBe(language);
  });

  it('keeps a declared language that the detector does not know', () => {
    const indonesian =
      'Kapal feri meninggalkan pelabuhan pada pukul enam pagi, dan menjelang siang pulau itu tampak di depan kami.';
    expect(languageOf(indonesian, 'id-ID')).toBe('id');
  });

  it('reads tags as pages write them', () => {
    expect([
      primaryTag('zh_CN'),
      primaryTag('EN-us'),
      primaryTag('english'),
      primaryTag('und'),
      primaryTag(''),
    ]).toEqual(['zh', 'en', null, null, null]);
  });
});
