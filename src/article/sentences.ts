import type { Span } from './article.js';

/**
 * Longest sentence, in UTF-16 units; longer runs (tables without stops, logs, 100,000-letter words) are cut at the best place
 * before it. Ten times the length of an ordinary sentence, and short enough that a piece fits the models' 512 tokens.
 */
const MAX_SENTENCE = 600;

/**
 * Words that end with a full stop without ending a sentence, across the Latin-script languages. Kept to titles, months and
 * references: words that are hardly ever the last of a sentence.
 */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms mx dr prof st sr jr hon rev fr gen adm col maj capt cmdr lt sgt cpl gov sen rep pres supt insp messrs mt ft ' +
    'vs cf eg ie viz approx ca no nos vol vols fig figs eq sec ch pp ed eds trans op cit ibid al dept univ assn bros ' +
    'jan feb mar apr jun jul aug sept oct nov dec ' +
    'bzw usw evtl ggf inkl vgl hr frl bspw sog nr str abs ' +
    'mme mlle mm av sra srta ud uds pág núm sig dott ing avv'
  ).split(' '),
);

/** `J.`, `U.S.`, `z.B.`, `Ph.D.`: one to two letters before each stop. */
const INITIALS = /(?:^|[\s([“"'‘«\-–—.])\p{L}{1,2}\.$/u;
const LAST_WORD = /(\p{L}+)\.$/u;
/** Words that begin a sentence far more often than they follow an abbreviation or an initial. */
const STARTER =
  /^["“'‘(]?(?:The|This|That|These|Those|It|Its|He|She|They|We|I|You|In|On|At|But|And|However|There|A|An|As|By|For|From|His|Her|Their|Our|My|When|While|After|Before|Although|Since|If)\s/u;

/** An opening mark, which Unicode's rules leave with the sentence before where no space stands between ("他死了。《梦溪笔谈》…"). */
const OPENING = /[\p{Ps}\p{Pi}]/u;

/** One segmenter a language: making one costs more than using it. */
const segmenters = new Map<string, Intl.Segmenter>();

/**
 * The sentences of `text.slice(start, end)`, in order, without the white space around them.
 * Unicode's sentence rules (UAX #29) by `Intl.Segmenter`, mended where they cut after abbreviations and initials; a single
 * line break is white space, not an end.
 *
 * @param language BCP 47 tag; decides the locale's tailoring. Unknown tags fall back to the root rules.
 */
export function sentencesOf(text: string, start: number, end: number, language: string | null): Span[] {
  // Same length as the text, so that positions agree. ICU ends a sentence at each line break, hard-wrapped text must not;
  // a reference right after the stop ("left.[3]") is kept with its sentence as a closing quotation mark would be.
  const run = text
    .slice(start, end)
    .replace(/[\r\n\u0085\u2028\u2029]/g, ' ')
    .replace(/(?<=[.!?。！？][”"’']?)(?:\[\d{1,3}\])+/g, (marks) => '”'.repeat(marks.length));
  const sentences: Span[] = [];
  let open: number | null = null;
  let previous: string | null = null;
  for (const { segment, index: after } of segmenterFor(language).segment(run)) {
    const index = beforeOpening(run, open ?? 0, after);
    if (open !== null && previous !== null && !endsSentence(previous, segment)) {
      previous += segment;
      continue;
    }
    if (open !== null) pushPieces(run, open, index, start, sentences);
    open = index;
    previous = segment;
  }
  if (open !== null) pushPieces(run, open, run.length, start, sentences);
  return sentences;
}

/** The end at `index`, moved before the marks that open what follows. */
function beforeOpening(run: string, from: number, index: number): number {
  let at = index;
  while (at > from + 1 && OPENING.test(run[at - 1]!)) at--;
  return at;
}

/** Whether a sentence really ends between two segments that Unicode's rules set apart. */
function endsSentence(before: string, after: string): boolean {
  const trimmed = before.trimEnd();
  // Punctuation alone ("…") belongs to what it follows.
  if (!/[\p{L}\p{N}]/u.test(after)) return false;
  if (!trimmed.endsWith('.')) return true;
  if (INITIALS.test(trimmed)) return STARTER.test(after) && !/(?:^|\s)\p{Lu}\.$/u.test(trimmed);
  const word = LAST_WORD.exec(trimmed)?.[1]?.toLowerCase();
  if (word === undefined || !ABBREVIATIONS.has(word)) return true;
  // "No. 5" goes on, "He said no. Five left." does not.
  return word === 'no' || word === 'nos' ? !/^\d/.test(after) : false;
}

/** Adds `run.slice(from, to)`, trimmed and cut where it is too long. */
function pushPieces(run: string, from: number, to: number, shift: number, into: Span[]): void {
  let start = from;
  while (start < to) {
    while (start < to && isSpace(run.charCodeAt(start))) start++;
    let end = to - start > MAX_SENTENCE ? cutBefore(run, start, start + MAX_SENTENCE) : to;
    const next = end;
    while (end > start && isSpace(run.charCodeAt(end - 1))) end--;
    if (end > start) into.push({ start: start + shift, end: end + shift });
    start = next;
  }
}

/** The best place to cut in the second half of `run.slice(start, limit)`: after a clause, else after a word, else anywhere. */
function cutBefore(run: string, start: number, limit: number): number {
  const half = start + Math.floor((limit - start) / 2);
  for (const mark of [/[;；:：。!?！？](?=\s|\P{ASCII})/gu, /[,，、](?=\s|\P{ASCII})|\s[–—]\s/gu, /\s/gu]) {
    mark.lastIndex = half;
    let found = -1;
    for (let match = mark.exec(run); match && match.index + match[0].length <= limit; match = mark.exec(run)) {
      found = match.index + match[0].length;
    }
    if (found > half) return found;
  }
  // Never between the halves of a surrogate pair.
  const code = run.charCodeAt(limit - 1);
  return code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit;
}

function isSpace(code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || code === 0xa0 || code === 0x3000 || code === 0x200b || code === 0xfeff
  );
}

function segmenterFor(language: string | null): Intl.Segmenter {
  const tag = language ?? 'und';
  let segmenter = segmenters.get(tag);
  if (!segmenter) {
    segmenter = makeSegmenter(tag);
    segmenters.set(tag, segmenter);
  }
  return segmenter;
}

function makeSegmenter(tag: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(tag, { granularity: 'sentence' });
  } catch {
    // A page may declare any nonsense as its language; RangeError is Intl's answer to a malformed tag.
    return new Intl.Segmenter(undefined, { granularity: 'sentence' });
  }
}
