import type { DomDocument } from './dom.js';

/** What a page says of its article in schema.org's words (JSON-LD). */
export interface LinkedArticle {
  readonly headline: string | null;
  readonly authors: readonly string[];
  readonly publisher: string | null;
  readonly published: string | null;
  readonly language: string | null;
  /** The whole text, of which few pages say it here; markup may be in it. */
  readonly body: string | null;
}

type Node = Readonly<Record<string, unknown>>;

const ARTICLE_TYPES =
  /^(?:(?:News|Blog|Opinion|Analysis|Background|Reportage|Review|Satirical|Social|Tech|Scholarly|Advertiser|Medical)\w*Article|Article|NewsArticle|BlogPosting|SocialMediaPosting|LiveBlogPosting|Report|TechArticle|Review|Recipe|CreativeWork)$/;
/** Types that describe the page when nothing describes the article. */
const PAGE_TYPES = /^(?:\w*WebPage|ItemPage)$/;
/** Nodes looked at; more is no description of one article. */
const MAX_NODES = 2000;

/**
 * The article that the page's JSON-LD describes, or null. Of several the one whose headline the page shows, else the first.
 *
 * @param isShown whether a headline is one that the page shows
 */
export function linkedArticle(document: DomDocument, isShown: (headline: string) => boolean): LinkedArticle | null {
  const nodes = allNodes(document);
  const byId = new Map<unknown, Node>();
  for (const node of nodes)
    if (typeof node['@id'] === 'string' && Object.keys(node).length > 1) byId.set(node['@id'], node);
  const articles = nodes.filter((node) => typesOf(node).some((type) => ARTICLE_TYPES.test(type)) && 'headline' in node);
  const article =
    articles.find((node) => isShown(textOf(node['headline']) ?? '')) ??
    articles[0] ??
    nodes.find((node) => typesOf(node).some((type) => PAGE_TYPES.test(type)) && 'datePublished' in node);
  if (!article) return null;
  const resolve = (value: unknown): unknown => (isNode(value) ? (byId.get(value['@id']) ?? value) : value);
  return {
    headline: textOf(article['headline']),
    authors: [article['author'] ?? article['creator']]
      .flat()
      .map((author) => nameOf(resolve(author)))
      .filter((name) => name !== null),
    publisher: nameOf(resolve([article['publisher']].flat()[0])),
    published: textOf(article['datePublished'] ?? article['dateCreated']),
    language: nameOf([article['inLanguage']].flat()[0]),
    body: textOf(article['articleBody']),
  };
}

/** All objects of all JSON-LD scripts, outer ones first. */
function allNodes(document: DomDocument): Node[] {
  const found: Node[] = [];
  const open: unknown[] = [];
  for (const script of document.querySelectorAll('script[type="application/ld+json"]'))
    open.push(parseLeniently(script.textContent ?? ''));
  for (let at = 0; at < open.length && at < MAX_NODES; at++) {
    const value = open[at];
    if (Array.isArray(value)) open.push(...(value as unknown[]).slice(0, MAX_NODES));
    else if (isNode(value)) {
      found.push(value);
      open.push(...Object.values(value).filter((inner) => typeof inner === 'object' && inner !== null));
    }
  }
  return found;
}

/** JSON as pages have it: in comments, with bare line breaks in strings. Null for what is none. */
function parseLeniently(text: string): unknown {
  const bare = text
    .replace(/^\s*(?:<!--|\/\*\s*<!\[CDATA\[\s*\*\/|\/\/<!\[CDATA\[|<!\[CDATA\[)/, '')
    .replace(/(?:-->|\/\*\s*\]\]>\s*\*\/|\/\/\]\]>|\]\]>)\s*$/, '')
    .replace(/;\s*$/, '');
  for (const attempt of [bare, bare.replace(/[\n\r\t]+/g, ' ')]) {
    try {
      return JSON.parse(attempt);
    } catch {
      // The next attempt, or no description.
    }
  }
  return null;
}

function typesOf(node: Node): string[] {
  return [node['@type']]
    .flat()
    .filter((type) => typeof type === 'string')
    .map((type) => type.replace(/^.*[/:]/, ''));
}

function nameOf(value: unknown): string | null {
  if (isNode(value)) return textOf([value['name'] ?? value['alternateName']].flat()[0]);
  return textOf(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
