import type { Answer, Excerpt, Span } from '../library.js';
import { articleLink, datelineOf } from './article-text.js';
import type { Look } from './printer.js';
import { defuse, defuseLine, reflow, wrap } from './terminal-text.js';

/** Signs around the highlight where a terminal shows no weights. */
const HIGHLIGHT_OPENS = '«';
const HIGHLIGHT_CLOSES = '»';

/** Columns before a quotation's lines: room for its number. */
const INDENT = 4;

/** From which confidence on an answer is called what; the words speak of the first quotation. */
const CONFIDENCE_WORDS: readonly (readonly [atLeast: number, words: string])[] = [
  [0.9, 'very likely the answer'],
  [0.7, 'likely the answer'],
  [0, 'possibly the answer'],
];

/** The line of `ask --json`. */
export function answerRecord(answer: Answer, explain: boolean): object {
  const { question, answered, confidence, tookMs, excerpts } = answer;
  return {
    question,
    ...(explain && { understoodAs: answer.understoodAs }),
    answered,
    confidence,
    tookMs,
    excerpts: excerpts.map((excerpt) => excerptRecord(excerpt, explain)),
  };
}

/** An answer for people: what was found, the numbered quotations with their sources. */
export function answerText(answer: Answer, explain: boolean, look: Look): string {
  const parts = [verdict(answer, look), ...answer.excerpts.map((excerpt) => excerptText(excerpt, explain, look))];
  if (answer.understoodAs !== null)
    parts.unshift(look.colours.dim(`Understood as: ${defuseLine(answer.understoodAs)}`));
  return `${parts.join('\n\n')}\n`;
}

function excerptRecord(excerpt: Excerpt, explain: boolean): object {
  const { rank, articleId, title, url, publishedAt, text, start, end, highlight, score, signals } = excerpt;
  return {
    rank,
    articleId,
    title,
    url,
    publishedAt,
    text,
    start,
    end,
    highlight: { text: highlight.text, start: highlight.start, end: highlight.end },
    score,
    ...(explain && { signals }),
  };
}

function verdict({ answered, confidence, excerpts }: Answer, { colours, invocation }: Look): string {
  const measured = colours.dim(`(confidence ${confidence.toFixed(2)})`);
  if (excerpts.length === 0) {
    return `${colours.yellow('The library is empty.')} Add an article first: ${invocation}add URL|FILE`;
  }
  if (!answered) return `${colours.yellow('Not in the library.')} The nearest passages: ${measured}`;
  const words = CONFIDENCE_WORDS.find(([atLeast]) => confidence >= atLeast)?.[1] ?? '';
  return `${colours.green('Found')}, ${words} ${measured}`;
}

function excerptText(excerpt: Excerpt, explain: boolean, look: Look): string {
  const { colours } = look;
  const lines = quotation(excerpt, look).map((line) => (line === '' ? '' : ' '.repeat(INDENT) + line));
  const number = String(excerpt.rank).padStart(INDENT - 2);
  lines[0] = `${colours.cyan(number)}${(lines[0] ?? '').slice(number.length)}`;
  const source = [colours.bold(defuseLine(excerpt.title)), ...datelineOf(excerpt)].join(' · ');
  lines.push(
    `${' '.repeat(INDENT)}— ${source}`,
    `${' '.repeat(INDENT)}  ${articleLink(excerpt.url, excerpt.articleId, look)}`,
  );
  if (explain) lines.push(`${' '.repeat(INDENT)}  ${colours.dim(explanation(excerpt))}`);
  return lines.join('\n');
}

/** The lines of an excerpt with its highlight standing out. */
function quotation(excerpt: Excerpt, { colours, styled, width }: Look): string[] {
  const highlight = { start: excerpt.highlight.start - excerpt.start, end: excerpt.highlight.end - excerpt.start };
  const text = reflow(defuse(excerpt.text));
  if (styled) {
    const strong = (run: string) => colours.bold(colours.underline(run));
    return wrap(text, width - INDENT).map((line) => styleWithin(text, line, highlight, strong));
  }
  const marked =
    text.slice(0, highlight.start) +
    HIGHLIGHT_OPENS +
    text.slice(highlight.start, highlight.end) +
    HIGHLIGHT_CLOSES +
    text.slice(highlight.end);
  return wrap(marked, width - INDENT).map(({ start, end }) => marked.slice(start, end));
}

/** One line of `text`, with `style` on the part of it that is in `span`. */
function styleWithin(text: string, line: Span, span: Span, style: (run: string) => string): string {
  const start = Math.min(Math.max(span.start, line.start), line.end);
  const end = Math.max(Math.min(span.end, line.end), start);
  const inside = text.slice(start, end);
  return text.slice(line.start, start) + (inside === '' ? '' : style(inside)) + text.slice(end, line.end);
}

function explanation({ score, signals }: Excerpt): string {
  const parts = Object.entries(signals).map(([name, part]) => `${name} ${part.toFixed(3)}`);
  return `score ${score.toFixed(3)} = ${parts.join(' + ')}`;
}
