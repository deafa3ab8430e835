import { withoutClutter } from './clutter.js';
import { isoDate, writtenDate } from './dates.js';
import { NO_META, type Draft } from './draft.js';
import { frontMatter } from './front-matter.js';
import { paragraphsOf } from './lines.js';
import { countWords } from './prose.js';

/** Longest title, in words. */
const MAX_TITLE_WORDS = 30;
/** Words from which a paragraph that ends a sentence is the article's first: what stands before it is its head. */
const PROSE_WORDS = 20;
/** Paragraphs of a head at most: title, standfirst, byline, place, dates. */
const MAX_HEAD = 10;
/** Characters of a line with names or a date. */
const MAX_HEAD_LINE = 200;
const SENTENCE_END = /[.!?…。！？]["'”’»)\]」』]*$/;
/** A title may ask or exclaim; it does not end with a full stop. */
const FULL_STOP = /(?<!\b\p{Lu})[.。;；:：,，]["'”’»)\]」』]*$/u;
const NAME = String.raw`\p{Lu}[\p{L}’'.-]*(?:\s(?:(?:de|da|di|van|von|der|den|bin|al|el|la|du)\s)*\p{Lu}[\p{L}’'.-]*){1,3}`;
const NAMES = String.raw`${NAME}(?:(?:,\s|\s(?:and|und|et|y|&)\s)${NAME})*`;
const BYLINE = new RegExp(
  String.raw`^(?:[Bb][Yy]|[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor|[Aa]v|От|от)\s+(${NAMES})(?:\s+in\s+\p{Lu}[\p{L}\s,]*)?$`,
  'u',
);
/** `Jane Doe in Beijing`; copied text often joins the name and `in`. */
const NAME_IN_PLACE = new RegExp(String.raw`^(${NAMES}?)\s?in\s\p{Lu}\p{L}+(?:\s\p{Lu}\p{L}+){0,2}$`, 'u');
const CJK_BYLINE =
  /^(?:文|撰文|作者|記者|记者|本報記者|本报记者)\s*[/／:：丨|\s]\s*([\p{Script=Han}·]{2,6}(?:[、，\s][\p{Script=Han}·]{2,6})*)$/u;
const MAX_DATE_WORDS = 14;
/** `====` under a first line. */
const UNDERLINE = /^(\S[^\n]*)\n[=-]{3,}[^\S\n]*(?:\n|$)/;

/**
 * A plain text as an article: copied off a page, saved by an editor, typed. Its title is the first line when that reads like
 * one, else the name; paragraphs stay word for word, clutter of the page it came from goes.
 */
export function readPlain(source: string, name: string): Draft {
  const { fields, body } = frontMatter(source);
  const underlined = UNDERLINE.exec(body.trimStart());
  const text = underlined ? body.trimStart().slice(underlined[0].length) : body;
  const paragraphs = withoutClutter(paragraphsOf(text));
  const [first] = paragraphs;
  const isTitled =
    !underlined && fields.title === null && paragraphs.length > 1 && first !== undefined && isTitle(first);
  const title = fields.title ?? underlined?.[1]?.trim() ?? (isTitled ? first : name);
  const rest = isTitled ? paragraphs.slice(1) : paragraphs;
  const { byline, publishedAt, kept } = readHead(rest);
  return {
    ...NO_META,
    ...fields,
    title,
    byline: fields.byline ?? byline,
    publishedAt: fields.publishedAt ?? publishedAt,
    paragraphs: kept.map((paragraph) => ({ text: paragraph, level: 0 })),
  };
}

function isTitle(line: string): boolean {
  return !line.includes('\n') && !FULL_STOP.test(line) && countWords(line) <= MAX_TITLE_WORDS;
}

/** Takes byline and date out of what stands before the first paragraph of prose. */
function readHead(paragraphs: readonly string[]): {
  byline: string | null;
  publishedAt: string | null;
  kept: string[];
} {
  const prose = paragraphs.findIndex((text) => SENTENCE_END.test(text) && countWords(text) >= PROSE_WORDS);
  let byline: string | null = null;
  let publishedAt: string | null = null;
  const kept = paragraphs.filter((text, index) => {
    if (index >= prose || index >= MAX_HEAD || text.length > MAX_HEAD_LINE || text.includes('\n')) return true;
    const author = (BYLINE.exec(text) ?? NAME_IN_PLACE.exec(text) ?? CJK_BYLINE.exec(text))?.[1];
    if (author !== undefined && byline === null) {
      byline = author.trim();
      return false;
    }
    const date =
      countWords(text) <= MAX_DATE_WORDS && !SENTENCE_END.test(text) ? (isoDate(text) ?? writtenDate(text)) : null;
    if (date === null || publishedAt !== null || !isOnlyDate(text)) return true;
    publishedAt = date;
    return false;
  });
  return { byline, publishedAt, kept };
}

/** Whether a line holds a date and little else: `Published: 9:00am, 14 Nov 2024`. */
function isOnlyDate(text: string): boolean {
  const rest = text
    .replace(/\b(?:published|updated|posted|last|modified|on|at|am|pm|edt|est|gmt|utc|cet|hkt|pst)\b/gi, '')
    .replace(/\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b/gi, '')
    .replace(/(?:发布|發佈|更新|时间|時間|日期|星期.|[年月日])/g, '')
    .replace(/\d+(?:st|nd|rd|th|am|pm)?/gi, '')
    .match(/\p{L}+/gu);
  // The month's name may remain.
  return (rest?.length ?? 0) <= 1;
}
