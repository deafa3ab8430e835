// English prose to measure with, made of the project's own: sample articles, articles of the tests, documentation.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sentencesOf } from '../dist/article/sentences.js';
import { randomNumbers } from './random.mjs';

const FOLDERS = ['../data/', '../test/quality/articles/', '../docs/'];
/** Written by bench/report.mjs: the texts would change with every measurement. */
const LEFT_OUT = ['speed.md'];
const HAN = /\p{Script=Han}/u;
/** What is no prose in Markdown: headings, lists, tables, quotations, pictures, code. */
const NO_PROSE = /^(?:#|[-*|>!]|\d+\.|```| {4})/;
const SECTION_PARAGRAPHS = 3;
const MOST_SENTENCES = 6;
const LEAST_SENTENCES = 3;

/** @returns the paragraphs of each text, each as its sentences with the white space that follows them */
export function realParagraphs() {
  return FOLDERS.flatMap((folder) => {
    const here = new URL(folder, import.meta.url);
    const names = readdirSync(here).filter((name) => name.endsWith('.md') && !LEFT_OUT.includes(name));
    return names.sort().map((name) => readFileSync(new URL(name, here), 'utf8'));
  })
    .map((text) =>
      text
        .split(/\n\s*\n/)
        .filter((paragraph) => !NO_PROSE.test(paragraph) && !HAN.test(paragraph))
        .map((paragraph) => sentences(paragraph.replace(/\s+/g, ' ').trim()))
        .filter(({ length }) => length > 1),
    )
    .filter(({ length }) => length > 0);
}

function sentences(paragraph) {
  const spans = sentencesOf(paragraph, 0, paragraph.length, 'en');
  return spans.map(({ start }, index) => paragraph.slice(start, spans[index + 1]?.start));
}

/**
 * Articles of `words` words each: real sentences in an order of their own, none twice in one article, so that no two
 * passages are the same and each is as long as a real one.
 */
export function makeArticles(count, words) {
  const random = randomNumbers(23);
  const all = realParagraphs().flat(2);
  return Array.from({ length: count }, (_, number) => {
    const left = all.map((sentence) => sentence.trim());
    const take = () => left.splice(Math.floor(random() * left.length), 1)[0];
    const blocks = [`# Article ${number + 1}`];
    for (let length = 0, paragraph = 0; length < words; paragraph++) {
      if (paragraph % SECTION_PARAGRAPHS === 0) blocks.push(`## Section ${paragraph / SECTION_PARAGRAPHS + 1}`);
      const size = LEAST_SENTENCES + Math.floor(random() * (MOST_SENTENCES - LEAST_SENTENCES + 1));
      const chosen = Array.from({ length: Math.min(size, left.length) }, take);
      if (chosen.length === 0) throw new Error(`There is not enough prose for an article of ${words} words.`);
      blocks.push(chosen.join(' '));
      length += countWords(chosen.join(' '));
    }
    return `${blocks.join('\n\n')}\n`;
  });
}

/** Files of `articles` in `folder`. */
export async function writeArticles(folder, articles) {
  await mkdir(folder, { recursive: true });
  await Promise.all(
    articles.map((text, index) => writeFile(join(folder, `${String(index + 1).padStart(3, '0')}.md`), text)),
  );
}

export function countWords(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
