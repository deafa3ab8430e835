/** Answers as messages: which words of an article are shown, and how. Every function is pure. */
import { ButtonStyle, type APIComponentInContainer } from 'discord.js';
import type { Answer, Excerpt, PassageInContext, Span } from '../library.js';
import { customId } from './buttons.js';
import {
  ACCENT,
  MAX_TEXT,
  button,
  container,
  message,
  row,
  section,
  separator,
  text,
  type Message,
} from './components.js';
import { linkToWords } from './fragments.js';
import { ELLIPSIS, blockQuote, linkLabel, maskedLink, oneLine, type Run } from './markdown.js';
import { dateIn, type Words } from './words.js';

/** Lengths before escaping, which at most doubles them. */
const MAX_QUESTION_SHOWN = 250;
const MAX_TITLE = 160;
const MAX_SITE = 60;
/** Letters left for buttons, numbers and the bot's own words. */
const RESERVE = 300;
/** Halvings that find the longest cut: 2^13 is more than a message holds. */
const HALVINGS = 13;
/** White space, and scripts that are written without it. */
const WORD_BREAK = /[\s\u3000-\u9fff\uff00-\uffef]/;
/** A longer word is cut where it comes. */
const LONG_WORD = 40;
/** Of the text around a highlight, the part in front of it. */
const SHARE_BEFORE = 0.4;

export interface AnswerLook {
  readonly words: Words;
  /** Key of the answer's note, for its buttons. */
  readonly key: string;
  /** Quotations shown, 1 to 3. */
  readonly quotations: number;
  /** Say what was asked: where Discord does not show it above the answer. */
  readonly showQuestion: boolean;
}

/** The excerpts that an answer shows: best first, as many as are wanted. */
export function shownExcerpts(answer: Answer, quotations: number): readonly Excerpt[] {
  return answer.answered ? answer.excerpts.slice(0, quotations) : [];
}

/** An answer, or that the library holds none. */
export function answerMessage(answer: Answer, look: AnswerLook): Message {
  const { words, key } = look;
  const opening = [
    ...(look.showQuestion ? [words.ask.asked(oneLine(answer.question, MAX_QUESTION_SHOWN))] : []),
    ...(answer.understoodAs === null ? [] : [words.ask.understoodAs(oneLine(answer.understoodAs, MAX_QUESTION_SHOWN))]),
  ];
  const shown = shownExcerpts(answer, look.quotations);
  if (shown.length === 0) return declined(answer, look, opening);
  const heading = opening.length > 0 ? [text(opening.join('\n'))] : [];
  return message(
    container(ACCENT.answer, [
      ...heading,
      ...quotations(shown, { words, key, first: 1, room: MAX_TEXT - RESERVE - opening.join('\n').length }),
      row(
        ...(answer.excerpts.length > shown.length ? [button(customId('more', key), words.ask.more)] : []),
        button(customId('helpful', key), words.ask.helpful, ButtonStyle.Success),
        button(customId('not-helpful', key), words.ask.notHelpful),
      ),
    ]),
  );
}

export interface PassagesLook {
  readonly words: Words;
  readonly key: string;
  /** Number of the first of them. */
  readonly first: number;
  readonly hasMore: boolean;
}

/** Further passages on a question, or those nearest to one that was not answered. */
export function passagesMessage(answer: Answer, excerpts: readonly Excerpt[], look: PassagesLook): Message {
  const { words, key, first } = look;
  if (excerpts.length === 0) return message(text(words.ask.noMore));
  const question = oneLine(answer.question, MAX_QUESTION_SHOWN);
  const heading = `-# ${answer.answered ? words.ask.moreOn(question) : words.ask.nearestTo(question)}`;
  return message(
    container(ACCENT.quiet, [
      text(heading),
      ...quotations(excerpts, { words, key, first, room: MAX_TEXT - RESERVE - heading.length }),
      ...(look.hasMore ? [row(button(customId('more', key), words.ask.more))] : []),
    ]),
  );
}

/** A passage with what stands around it in its article. @param highlight counted from the article's start, as `span` is */
export function contextMessage(found: PassageInContext, span: Span, highlight: Span, words: Words): Message {
  const { article, before, passage, after } = found;
  const link = articleLink({
    ...article,
    highlight: passage.slice(highlight.start - span.start, highlight.end - span.start),
  });
  const source = sourceLine(link, article, words);
  const whole = before + passage + after;
  const marked = {
    start: before.length + highlight.start - span.start,
    end: before.length + highlight.end - span.start,
  };
  const body = quoteWithin(whole, marked, MAX_TEXT - RESERVE - source.length);
  return message(container(ACCENT.quiet, [text(source), separator(), text(body)]));
}

/**
 * The longest quotation of `whole` around its highlight that takes no more than `room` letters when it is escaped.
 * What is left out at either end is shown by an ellipsis.
 */
export function quoteWithin(whole: string, highlight: Run, room: number): string {
  const all = blockQuote(whole, highlight);
  if (all.length <= room) return all;
  const atMost = (length: number): string => {
    const around = Math.max(0, length - (highlight.end - highlight.start));
    const wanted = {
      start: highlight.start - Math.round(around * SHARE_BEFORE),
      end:
        length < highlight.end - highlight.start
          ? highlight.start + length
          : highlight.end + Math.round(around * (1 - SHARE_BEFORE)),
    };
    return quotePart(whole, wordRun(whole, wanted, highlight), highlight);
  };
  let fits = 0;
  let tooLong = whole.length;
  for (let step = 0; step < HALVINGS && tooLong - fits > 1; step += 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (atMost(middle).length <= room) fits = middle;
    else tooLong = middle;
  }
  return atMost(fits);
}

function declined(answer: Answer, { words, key }: AnswerLook, opening: readonly string[]): Message {
  const isEmpty = answer.excerpts.length === 0;
  const said = isEmpty ? [words.ask.empty] : [words.ask.notInLibrary, `-# ${words.ask.noted}`];
  return message(
    container(ACCENT.quiet, [
      text([...opening, ...said].join('\n')),
      ...(isEmpty ? [] : [row(button(customId('more', key), words.ask.nearest))]),
    ]),
  );
}

function quotations(
  excerpts: readonly Excerpt[],
  { words, key, first, room }: { words: Words; key: string; first: number; room: number },
): APIComponentInContainer[] {
  const sources = excerpts.map((excerpt, index) => {
    const link = articleLink({ ...excerpt, highlight: excerpt.highlight.text });
    return sourceLine(`**${first + index}.** ${link}`, excerpt, words);
  });
  const labels = (words.ask.inContext.length + words.ask.more.length) * excerpts.length;
  let left = room - labels - sources.reduce((sum, source) => sum + source.length, 0);
  return excerpts.flatMap((excerpt, index): APIComponentInContainer[] => {
    // What a short quotation leaves goes to those after it.
    const quote = quoteWithin(excerpt.text, within(excerpt), Math.floor(left / (excerpts.length - index)));
    left -= quote.length;
    return [
      ...(index === 0 ? [] : [separator()]),
      text(quote),
      section(sources[index]!, button(customId('context', key, first - 1 + index), words.ask.inContext)),
    ];
  });
}

/** The highlight counted in the excerpt's own text. */
function within({ start, highlight }: Excerpt): Run {
  return { start: highlight.start - start, end: highlight.end - start };
}

function articleLink(article: {
  title: string;
  url: string | null;
  language: string | null;
  highlight: string;
}): string {
  const url = article.url === null ? null : linkToWords(article.url, article.highlight, article.language);
  const label = linkLabel(article.title, MAX_TITLE) || linkLabel(article.url ?? '–', MAX_TITLE);
  return url === null ? `**${label}**` : maskedLink(label, url);
}

function sourceLine(
  link: string,
  { siteName, publishedAt }: { siteName: string | null; publishedAt: string | null },
  words: Words,
): string {
  const known = [siteName, publishedAt === null ? null : dateIn(words, publishedAt)]
    .filter((one) => one !== null && one.trim() !== '')
    .map((one) => oneLine(one!, MAX_SITE));
  return known.length === 0 ? link : `${link}\n-# ${known.join(' · ')}`;
}

/** `wanted` drawn in to the limits of words (of characters, where a word is long), but never into the highlight. */
function wordRun(whole: string, wanted: Run, highlight: Run): Run {
  const start = Math.max(0, wanted.start);
  const end = Math.min(whole.length, wanted.end);
  const isBreak = (at: number): boolean => WORD_BREAK.test(whole.charAt(at));
  let from = start;
  while (from > 0 && from < highlight.start && from < start + LONG_WORD && !isBreak(from)) from += 1;
  if (from === start + LONG_WORD) from = start;
  let to = end;
  while (to < whole.length && to > highlight.end && to > end - LONG_WORD && !isBreak(to)) to -= 1;
  if (to === end - LONG_WORD) to = end;
  return { start: isHalfCharacter(whole, from) ? from + 1 : from, end: isHalfCharacter(whole, to) ? to - 1 : to };
}

function isHalfCharacter(whole: string, at: number): boolean {
  return /[\udc00-\udfff]/.test(whole.charAt(at)) && /[\ud800-\udbff]/.test(whole.charAt(at - 1));
}

function quotePart(whole: string, part: Run, highlight: Run): string {
  const isCutBefore = whole.slice(0, part.start).trim() !== '';
  const isCutAfter = whole.slice(part.end).trim() !== '';
  const kept = whole.slice(part.start, part.end);
  const lead = isCutBefore ? ELLIPSIS : '';
  const marked = {
    start: Math.max(0, highlight.start - part.start) + lead.length,
    end: Math.min(kept.length, highlight.end - part.start) + lead.length,
  };
  return blockQuote(lead + kept + (isCutAfter ? ELLIPSIS : ''), marked);
}
