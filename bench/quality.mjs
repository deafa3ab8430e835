#!/usr/bin/env node
// How good the answers are: the right passage, the right sentence, and whether what no article says is declined.
//
//   npm run bench:quality                                                    the project's own questions (test/quality)
//   npm run bench:quality -- en=FILE.json zh=FILE.json en=ZH-TO-EN.json      language of the articles, file in SQuAD's format
//   npm run bench:quality -- --ablate …                                      the same figures with one signal's weight at 0
//
// Beside it stand the figures of the obvious program, once `npm ci` was run in bench/obvious;
// OBVIOUS_MODELS_DIR is a folder with its model, which else comes from the hub.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { expandSource } from '../dist/library.js';
import { askOwnSet, figuresOf, languageOf, mean, ownSet, quantile } from '../test/quality/measure.mjs';
import { ablations } from './ablation.mjs';
import { librariesIn } from './libraries.mjs';
import { askObvious, isObviousInstalled } from './obvious.mjs';
import { readSquad } from './squad.mjs';

const { values: flags, positionals: files } = parseArgs({
  options: { ablate: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** An article that comes and goes. */
const PASSING = { kind: 'bytes', name: 'passing.txt', bytes: new TextEncoder().encode('Nothing stays here.') };
const dataDir = mkdtempSync(join(tmpdir(), 'footnote-quality-'));
const libraries = librariesIn(dataDir, 2);

try {
  for (const [index, argument] of files.entries()) {
    const [language, file] = argument.split('=');
    const library = await libraries.of(`set-${index}`);
    const articles = await addSquad(library, readSquad(file, language));
    const title = `${language}: ${basename(file)}, ${articles.length} articles`;
    if (flags.ablate) await printAblations(title, library, articles);
    else await compareOnSquad(title, library, articles);
  }
  if (files.length === 0) await (flags.ablate ? ablateOwnSet() : compareOnOwnSet());
} finally {
  await libraries.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/** @returns articles as they are in the library: {id, title, text, source, questions} */
async function addSquad(library, articles) {
  const added = [];
  for (const { title, text, questions } of articles) {
    const source = { kind: 'bytes', name: `${title}.md`, bytes: new TextEncoder().encode(`# ${title}\n\n${text}\n`) };
    const { id, error } = await library.add(source);
    if (error) throw new Error(`${title}: ${error.message}`);
    added.push({ id, title, text: library.show(id).text, source, questions });
    progress(`adding ${added.length} of ${articles.length}`);
  }
  return added;
}

async function askAll(library, articles) {
  const asked = [];
  for (const { id, questions } of articles) {
    for (const { question, answers } of questions) {
      const { answered, confidence, excerpts } = await library.ask(question, { record: false });
      asked.push({ question, articleId: id, answers, answered, confidence, excerpts });
    }
    progress(`asked ${asked.length}`);
  }
  return asked;
}

/** The same questions, while the article with the answers is not there. */
async function askUncovered(library, articles) {
  const asked = [];
  for (const { id, source, questions } of articles) {
    library.remove(id);
    for (const { question } of questions) asked.push(await library.ask(question, { record: false }));
    await library.add(source);
    progress(`asked ${asked.length} without their article`);
  }
  return asked;
}

async function compareOnSquad(title, library, articles) {
  const footnote = { asked: await askAll(library, articles), uncovered: await askUncovered(library, articles) };
  const questions = articles.flatMap(({ id, questions }) => questions.map((one) => ({ ...one, articleId: id })));
  const rows = [rowsOf(footnote)];
  if (isObviousInstalled()) {
    progress('the obvious program');
    const replies = await askObvious(articles, [
      ...questions.map(({ question }) => ({ question })),
      ...questions.map(({ question, articleId }) => ({ question, without: articleId })),
    ]);
    const asked = questions.map((one, index) => ({ ...one, ...replies[index] }));
    rows.push(rowsOf({ asked, uncovered: replies.slice(questions.length) }));
  }
  print(`${title}, ${questions.length} questions`, rows);
}

async function compareOnOwnSet() {
  const set = ownSet();
  const sources = (await Promise.all(set.folders.map(expandSource))).flat();
  const library = await libraries.of('own');
  const { texts, groups, unanswerable } = await askOwnSet(library, sources, set);
  const articles = [...texts].map(([id, text]) => ({ id, text }));
  const titles = {
    en: 'English',
    zh: 'Chinese',
    across: 'question in one language, articles in the other',
    mixed: 'the same, with articles in both',
  };
  for (const [group, asked] of Object.entries(groups)) {
    const uncovered = unanswerable.filter(({ question }) => languageOf(question) === group);
    const rows = [rowsOf({ asked, uncovered })];
    // Not where some of the articles were left out.
    if (isObviousInstalled() && group !== 'across') {
      const replies = await askObvious(articles, [...asked, ...uncovered]);
      const obvious = asked.map((one, index) => ({ ...one, ...replies[index] }));
      rows.push(rowsOf({ asked: obvious, uncovered: replies.slice(asked.length) }));
    }
    print(`the project's own questions, ${titles[group]}, ${asked.length} and ${uncovered.length} unanswerable`, rows);
  }
}

/** Figures by name, ready to be printed. @param uncovered answers to questions that nothing in the library answers */
function rowsOf({ asked, uncovered }) {
  const { answered, rightlyAnswered, highlightHit1, highlightHit3, medianLength, meanLength, ...passages } =
    figuresOf(asked);
  const limit = quantile(
    asked.map(({ confidence }) => confidence),
    0.05,
  );
  const hasHighlights = asked.some(({ excerpts }) => excerpts[0]?.highlight);
  const shareOf = (test) => (uncovered.length === 0 ? NaN : mean(uncovered.map((one) => Number(test(one)))));
  const shares = {
    ...passages,
    highlightHit1: hasHighlights ? highlightHit1 : NaN,
    highlightHit3: hasHighlights ? highlightHit3 : NaN,
    'answered, where an article answers': answered,
    'answered with the right passage first': rightlyAnswered,
    'answered, where none does': shareOf((one) => one.answered),
    'the same, were 95 % of the others answered': shareOf(({ confidence }) => confidence >= limit),
  };
  return {
    ...Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share.toFixed(3)])),
    'characters of the first excerpt, median': medianLength.toFixed(0),
    'characters of the first excerpt, mean': meanLength.toFixed(0),
  };
}

function print(title, [footnote, obvious]) {
  console.log(`\n| ${title} | Footnote |${obvious ? ' obvious program |' : ''}`);
  console.log(`| --- | --- |${obvious ? ' --- |' : ''}`);
  for (const [name, figure] of Object.entries(footnote)) {
    console.log(`| ${name} | ${figure} |${obvious ? ` ${obvious[name]} |` : ''}`.replaceAll('NaN', '–'));
  }
}

/** With all articles in one library. */
async function ablateOwnSet() {
  const set = ownSet();
  const library = await libraries.of('own');
  const articles = [];
  for (const source of (await Promise.all(set.folders.map(expandSource))).flat()) {
    const { id, error } = await library.add(source);
    if (error) throw new Error(error.message);
    const questions = set.answerable.filter(({ article }) => article === basename(source.path));
    articles.push({ id, questions });
  }
  await printAblations("the project's own questions", library, articles);
}

async function printAblations(title, library, articles) {
  const ask = async () => {
    // Answers are remembered until the library changes.
    const { id } = await library.add(PASSING);
    library.remove(id);
    return askAll(library, articles);
  };
  const columns = ['passageHit1', 'passageMrr5', 'highlightHit1', 'highlightHit3'];
  console.log(`\n| ${title} | ${columns.join(' | ')} |\n| --- | ${columns.map(() => '---').join(' | ')} |`);
  for await (const { name, asked } of ablations(ask)) {
    const figures = figuresOf(asked);
    console.log(`| ${name} | ${columns.map((column) => figures[column].toFixed(3)).join(' | ')} |`);
  }
}

/** On a terminal, in place; elsewhere nothing. */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}\r`);
}
