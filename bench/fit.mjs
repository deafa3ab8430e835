#!/usr/bin/env node
// Fits the weights of src/answer/weights.ts and src/answer/confidence.ts, cross-validated over articles.
//
//   npm run bench:fit -- en=EN.json zh=ZH.json en=ZH-TO-EN.json mixed=EN.json+ZH.json
//
// Each is the language of the articles and a file in SQuAD's format; `mixed` is a library in two languages, half of the
// articles from either file, asked in both.
//
// A listwise logistic regression: of the shortlist's passages the one that holds the answer, of its sentences the one that
// does. The last figures are weights fitted on everything.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byCheapSignals, rank, scaled, shortlistFor, weigh } from '../dist/answer/rank.js';
import { retrieve } from '../dist/answer/retrieve.js';
import { PASSAGE_SIGNALS, SENTENCE_SIGNALS } from '../dist/answer/signals.js';
import { createEmbedder } from '../dist/embed/embedder.js';
import { model, modelsDir } from './libraries.mjs';
import { mixed, readSquad, storeOf } from './squad.mjs';

const FOLDS = 6;
const embedder = await createEmbedder({ model, modelsDir, downloadDir: '/nonexistent', threads: 2 });
const keep = process.env.FIT_FOLDER;
const folder = keep ?? mkdtempSync(join(tmpdir(), 'footnote-fit-'));

/** Questions as lists to choose from: {article, rows (signals), right (booleans)}. */
async function lists(name, articles) {
  const store = await storeOf(join(folder, name), articles, embedder);
  const passages = [];
  const sentences = [];
  const asked = [];
  for (const [article, { title, questions }] of articles.entries()) {
    for (const { question, answers } of questions) {
      const found = await retrieve(question, store, embedder);
      const order = byCheapSignals(found.candidates);
      const weighed = weigh(found, order.slice(0, shortlistFor(order)), store.search);
      const holds = (text) => answers.some((answer) => text.includes(answer));
      const columns = PASSAGE_SIGNALS.map((signal) => scaled(weighed.map(({ signals }) => signals[signal])));
      const right = weighed.map(({ passage }) => passage.article.title === title && holds(passage.text));
      passages.push({ article, right, rows: weighed.map((_, index) => columns.map((column) => column[index])) });
      const bySentence = weighed.map((one) =>
        one.passage.sentences.map(({ start, end }) =>
          holds(one.passage.text.slice(start - one.passage.start, end - one.passage.start)),
        ),
      );
      const sentenceRows = weighed.map((one) =>
        one.sentences.map((signals) => SENTENCE_SIGNALS.map((signal) => signals[signal])),
      );
      const others = { ...found, candidates: found.candidates.filter((one) => one.article.title !== title) };
      asked.push({
        question,
        article,
        evidence: rank(found, store.search)[0]?.evidence,
        without: rank(others, store.search)[0]?.evidence,
      });
      const at = right.indexOf(true);
      if (at >= 0) sentences.push({ article, right: bySentence[at], rows: sentenceRows[at] });
    }
  }
  await store.close();
  return { name, passages, sentences, asked };
}

/** Weights that make the right rows likely (softmax over each list), with an L2 penalty; full-batch Adam. */
function fit(data, width, penalty = 2e-3) {
  const usable = data.filter(({ right }) => right.includes(true) && right.includes(false));
  const weights = new Float64Array(width);
  const first = new Float64Array(width);
  const second = new Float64Array(width);
  for (let step = 1; step <= 400; step++) {
    const gradient = Float64Array.from(weights, (weight) => penalty * weight);
    for (const { rows, right } of usable) {
      const scores = rows.map((row) => Math.exp(Math.min(50, dot(row, weights) - dot(rows[0], weights))));
      const all = scores.reduce((sum, score) => sum + score, 0);
      const good = scores.reduce((sum, score, index) => (right[index] ? sum + score : sum), 0);
      rows.forEach((row, index) => {
        const push = scores[index] / all - (right[index] ? scores[index] / good : 0);
        for (let i = 0; i < width; i++) gradient[i] += (push * row[i]) / usable.length;
      });
    }
    for (let i = 0; i < width; i++) {
      first[i] = 0.9 * first[i] + 0.1 * gradient[i];
      second[i] = 0.999 * second[i] + 0.001 * gradient[i] ** 2;
      weights[i] -= (0.1 * (first[i] / (1 - 0.9 ** step))) / (Math.sqrt(second[i] / (1 - 0.999 ** step)) + 1e-8);
    }
  }
  return weights;
}

function standardise(sets, width) {
  const rows = sets.flatMap((set) => set.flatMap((list) => list.rows));
  const mean = Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  const spread = mean.map(
    (value, i) => Math.sqrt(rows.reduce((sum, row) => sum + (row[i] - value) ** 2, 0) / rows.length) + 1e-9,
  );
  return spread;
}

const dot = (row, weights) => row.reduce((sum, value, i) => sum + value * weights[i], 0);
const best = ({ rows }, weights) =>
  rows.map((row) => dot(row, weights)).reduce((top, score, index, all) => (score > all[top] ? index : top), 0);
const share = (values) => values.reduce((sum, value) => sum + Number(value), 0) / values.length;
const spreadOf = (values) => Math.sqrt(share(values.map((value) => (value - share(values)) ** 2)));

/** Shares of lists whose best row is right, each fold judged by the others' weights. */
function crossValidate(sets, width, pick) {
  const spread = standardise(sets.map(pick), width);
  const scaledSets = sets.map((set) =>
    pick(set).map((list) => ({ ...list, rows: list.rows.map((row) => row.map((value, i) => value / spread[i])) })),
  );
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const train = scaledSets.flatMap((set) => set.filter(({ article }) => article % FOLDS !== fold));
    const weights = fit(train, width);
    return scaledSets.map((set) =>
      share(set.filter(({ article }) => article % FOLDS === fold).map((list) => list.right[best(list, weights)])),
    );
  });
  const all = fit(scaledSets.flat(), width);
  return {
    figures: sets.map((set, index) => ({
      name: set.name,
      mean: share(folds.map((fold) => fold[index])),
      spread: spreadOf(folds.map((fold) => fold[index])),
    })),
    weights: [...all].map((weight, i) => weight / spread[i]),
  };
}

const EVIDENCE = {
  cosine: ({ cosine, late }) => (late ? 0 : cosine),
  sentenceCosine: ({ sentenceCosine }) => sentenceCosine,
  pieces: ({ late }) => late?.pieces ?? 0,
  piecesMiddle: ({ late }) => late?.piecesMiddle ?? 0,
  weakest: ({ late }) => late?.weakest ?? 0,
  coverage: ({ coverage }) => coverage,
};
const EVIDENCE_NAMES = Object.keys(EVIDENCE);
const rowOf = (evidence) => EVIDENCE_NAMES.map((name) => EVIDENCE[name](evidence));

/** Logistic regression: is the best passage of the question's own article, or of the others when that is not there? */
function reportConfidence(isAcross, sets) {
  const examples = sets
    .flatMap((set) =>
      set.asked.flatMap(({ article, evidence, without }) => [
        { article, right: true, evidence },
        { article, right: false, evidence: without },
      ]),
    )
    .filter(({ evidence }) => evidence?.isAcross === isAcross)
    .map((example) => ({ ...example, row: rowOf(example.evidence) }));
  if (examples.length === 0) return;
  const title = isAcross ? 'confidence across languages' : 'confidence';
  const mean = EVIDENCE_NAMES.map((_, i) => share(examples.map(({ row }) => row[i])));
  // What never changes tells nothing, and a model without states has no such figures.
  const spread = EVIDENCE_NAMES.map((_, i) => spreadOf(examples.map(({ row }) => row[i])) || 1);
  // As a choice between "no" (a row of zeros) and "yes" it is the same softmax as above.
  const asLists = examples.map(({ article, right, row }) => ({
    article,
    right: [!right, right],
    rows: [Array(EVIDENCE_NAMES.length + 1).fill(0), [1, ...row.map((value, i) => (value - mean[i]) / spread[i])]],
  }));
  const scores = { yes: [], no: [] };
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fit(
      asLists.filter(({ article }) => article % FOLDS !== fold),
      EVIDENCE_NAMES.length + 1,
      1e-3,
    );
    for (const { rows, right } of asLists.filter(({ article }) => article % FOLDS === fold))
      scores[right[1] ? 'yes' : 'no'].push(dot(rows[1], weights));
  }
  const shareOver = (list, limit) => share(list.map((score) => score >= limit)).toFixed(3);
  const limit = [...scores.yes].sort((a, b) => a - b)[Math.floor(0.05 * scores.yes.length)];
  const auroc = share(scores.yes.map((yes) => share(scores.no.map((no) => (yes > no ? 1 : yes === no ? 0.5 : 0)))));
  console.log(
    `${title}: auroc ${auroc.toFixed(4)}, wrongly answered at 95 %: ${share(scores.no.map((no) => no >= limit)).toFixed(4)}`,
  );
  const all = fit(asLists, EVIDENCE_NAMES.length + 1, 1e-3);
  const raw = EVIDENCE_NAMES.map((_, i) => all[i + 1] / spread[i]);
  const bias = all[0] - raw.reduce((sum, weight, i) => sum + weight * mean[i], 0);
  console.log(`  at 0.5: ${shareOver(scores.yes, 0)} rightly, ${shareOver(scores.no, 0)} wrongly answered`);
  console.log(
    `  bias: ${bias.toFixed(2)} (at 95 %: threshold moved by ${limit.toFixed(2)}), ${EVIDENCE_NAMES.map((name, i) => `${name}: ${raw[i].toFixed(2)}`).join(', ')}`,
  );
}

function report(title, names, sets, pick) {
  const { figures, weights } = crossValidate(sets, names.length, pick);
  console.log(
    `${title}: ${figures.map(({ name, mean, spread }) => `${name} ${mean.toFixed(4)} ±${spread.toFixed(3)}`).join('  ')}`,
  );
  console.log(`  ${names.map((name, i) => `${name}: ${weights[i].toFixed(2)}`).join(', ')}`);
  if (process.env.FIT_ABLATE) {
    for (const [index, name] of names.entries()) {
      const without = crossValidate(sets, names.length, (set) =>
        pick(set).map((list) => ({
          ...list,
          rows: list.rows.map((row) => row.map((value, i) => (i === index ? 0 : value))),
        })),
      );
      console.log(`  without ${name}: ${without.figures.map((figure) => figure.mean.toFixed(4)).join('  ')}`);
    }
  }
  return weights;
}

try {
  const sets = [];
  for (const [index, argument] of process.argv.slice(2).entries()) {
    const [language, files] = argument.split('=');
    const articles =
      language === 'mixed'
        ? mixed(...files.split('+').map((file, at) => readSquad(file, ['en', 'zh'][at])))
        : readSquad(files, language);
    sets.push(await lists(`${language}-${index}`, articles));
  }
  report('passages', PASSAGE_SIGNALS, sets, (set) => set.passages);
  report('sentences of the right passage', SENTENCE_SIGNALS, sets, (set) => set.sentences);
  for (const isAcross of [false, true]) reportConfidence(isAcross, sets);
} finally {
  await embedder.close();
  if (!keep) rmSync(folder, { recursive: true, force: true });
}
