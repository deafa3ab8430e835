import type { ArticleDetails, ArticleSummary, Gap, LibraryStatus, Reading } from '../library.js';
import type { Look } from './printer.js';
import { defuse, defuseLine, reflow, wrap } from './terminal-text.js';

const BYTES_PER_MB = 1024 * 1024;
/** Wordings of a gap that are shown. */
const MAX_VARIANTS = 3;

/** The line of `read --json`, without its source. */
export function readingRecord(reading: Reading): object {
  const { title, byline, siteName, publishedAt, language, url, text } = reading;
  return { title, byline, siteName, publishedAt, language, url, text };
}

/** What was read, for people. */
export function readingText(reading: Reading, look: Look): string {
  const { colours } = look;
  const about = [reading.byline, ...datelineOf(reading), reading.language]
    .filter((part) => part !== null)
    .map(defuseLine);
  const head = [colours.bold(defuseLine(reading.title)), colours.dim(about.join(' · '))];
  if (reading.url !== null) head.push(link(reading.url, look));
  return `${head.filter((line) => line !== '').join('\n')}\n\n${wrapped(reading.text, look)}\n`;
}

/** An article in a list, for people. */
export function summaryText(article: ArticleSummary, { colours }: Look): string {
  const passages = article.passages === 1 ? '1 passage' : `${article.passages} passages`;
  const about = [...datelineOf(article), article.language, passages].filter((part) => part !== null).map(defuseLine);
  const indent = ' '.repeat(article.id.length + 2);
  return [
    `${colours.cyan(article.id)}  ${colours.bold(defuseLine(article.title))}`,
    `${indent}${colours.dim(about.join(' · '))}`,
    `${indent}${colours.dim(defuseLine(article.source))}`,
  ].join('\n');
}

/** An article in full, for people. */
export function detailsText(article: ArticleDetails, look: Look): string {
  const { colours } = look;
  const facts: readonly (readonly [string, string | null])[] = [
    ['id', article.id],
    ['source', article.source],
    ['address', article.url],
    ['site', article.siteName],
    ['byline', article.byline],
    ['published', article.publishedAt],
    ['language', article.language],
    ['passages', String(article.passages)],
    ['added', article.addedAt],
    ['updated', article.updatedAt],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === null ? [] : [`${colours.dim(name.padEnd(10))}${defuseLine(value)}`],
  );
  return [colours.bold(defuseLine(article.title)), ...lines, '', wrapped(article.text, look), ''].join('\n');
}

/** State of a library, for people. */
export function statusText(status: LibraryStatus, { colours }: Look): string {
  const problems = status.health === 'ok' ? [] : status.health;
  const facts: readonly (readonly [string, string])[] = [
    ['library', defuseLine(status.library)],
    ['articles', String(status.articles)],
    ['passages', String(status.passages)],
    ['model', defuseLine(status.model)],
    ['size', `${(status.bytes / BYTES_PER_MB).toFixed(1)} MB`],
    ['gaps', `${status.gaps} questions without an answer`],
    ['ratings', `${status.helpful} helpful, ${status.notHelpful} not`],
    ['changed', status.lastChangedAt ?? 'never'],
    ['backup', status.lastBackupAt ?? 'none yet'],
    ['reindex', status.reindex],
    ['health', problems.length === 0 ? colours.green('ok') : colours.red('needs attention')],
  ];
  return [
    ...facts.map(([name, value]) => `${colours.dim(name.padEnd(10))}${value}`),
    ...problems.map((problem) => `${colours.red('!')} ${defuseLine(problem)}`),
  ].join('\n');
}

/** A question that was not answered, for people. */
export function gapText(gap: Gap, { colours }: Look): string {
  const times = `${gap.times}×`.padStart(4);
  const about = [`last asked ${gap.lastAskedAt.slice(0, 10)}`];
  if (gap.variants.length > 0) about.push(`also: ${gap.variants.slice(0, MAX_VARIANTS).map(defuseLine).join(' / ')}`);
  return `${colours.cyan(times)}  ${defuseLine(gap.question)}\n      ${colours.dim(about.join(' · '))}`;
}

/** Site and day of an article, as far as they are known. */
export function datelineOf({
  siteName,
  publishedAt,
}: {
  readonly siteName: string | null;
  readonly publishedAt: string | null;
}): string[] {
  const day = publishedAt?.slice(0, 'YYYY-MM-DD'.length) ?? null;
  return [siteName, day].filter((part) => part !== null).map(defuseLine);
}

/** Where to read on: the article's address, or the command that shows it. */
export function articleLink(url: string | null, id: string, look: Look): string {
  return url === null ? look.colours.dim(`${look.invocation}show ${id}`) : link(url, look);
}

function link(url: string, { colours }: Look): string {
  return colours.blue(defuseLine(url));
}

function wrapped(text: string, { width }: Look): string {
  const clean = reflow(defuse(text));
  return wrap(clean, width)
    .map(({ start, end }) => clean.slice(start, end))
    .join('\n');
}
