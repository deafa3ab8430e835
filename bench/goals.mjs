// Every row that is promised: its figure out of bench/results.json, its goal, and whether that is held.
import { mean } from '../test/quality/measure.mjs';

export const E5 = 'e5-small-zh-en';
export const MINILM = 'Xenova/all-MiniLM-L6-v2';
/** Passages of the library that most goals are about, of one ten times as large, and of the ones that growth is measured at. */
export const MAIN_SIZE = 10_000;
const LARGE_SIZE = 100_000;
export const SIZES = [1_000, MAIN_SIZE, LARGE_SIZE];

const MEGABYTE = 2 ** 20;
const SHORT = { [E5]: 'e5', [MINILM]: 'MiniLM' };
const SET_SIZES = { small: 24, large: 72 };

/** @returns {name, figure, goal, isHeld}; isHeld is null where nothing was measured */
export function goalRows(results) {
  const asking = (size) => results.asking?.[size];
  return [
    ...[MINILM, E5].flatMap((model) => ['small', 'large'].map((set) => wordsRow(results.adding?.[model], model, set))),
    ...[MINILM, E5].map((model) => limitRow(results.adding?.[model], model)),
    row(
      `question, median / p95, ${count(MAIN_SIZE)} passages, e5`,
      '≤ 20 ms / 40 ms',
      asking(MAIN_SIZE),
      ({ questionMs }) => [
        `${ms(questionMs.median)} / ${ms(questionMs.p95)}`,
        questionMs.median <= 20 && questionMs.p95 <= 40,
      ],
    ),
    row('of its median, the embedding', '≥ half', asking(MAIN_SIZE), ({ questionMs, embeddingMs }) => {
      const share = embeddingMs.median / questionMs.median;
      return [`${percent(share)} (${ms(embeddingMs.median)})`, share >= 0.5];
    }),
    row(
      `the same at ${count(LARGE_SIZE)} passages, median / p95`,
      '≤ 1.3 times',
      asking(MAIN_SIZE)?.questionMs && asking(LARGE_SIZE),
      ({ questionMs }) => {
        const before = asking(MAIN_SIZE).questionMs;
        const [median, p95] = [questionMs.median / before.median, questionMs.p95 / before.p95];
        const figure = `${median.toFixed(2)} / ${p95.toFixed(2)} times (${ms(questionMs.median)} / ${ms(questionMs.p95)})`;
        return [figure, median <= 1.3 && p95 <= 1.3];
      },
    ),
    ...SIZES.map((size) =>
      row(`index recall at ten, ${count(size)} passages`, '≥ 0.99', asking(size), ({ recallAtTen }) => [
        recallAtTen.toFixed(4),
        recallAtTen >= 0.99,
      ]),
    ),
    row(
      `start to first answer, console, ${count(MAIN_SIZE)} passages`,
      '≤ 2.5 s',
      results.starting?.[MAIN_SIZE],
      ({ firstAnswerSeconds }) => [seconds(median(firstAnswerSeconds)), median(firstAnswerSeconds) <= 2.5],
    ),
    memoryRow(results, E5, 650),
    memoryRow(results, MINILM, 350),
    delayRow(results, 'adding', 'delayAdding'),
    delayRow(results, 'reindexing', 'delayReindexing'),
    row(
      `reindex with nothing changed, ${count(MAIN_SIZE)} passages, whole process`,
      '≤ 5 s',
      results.reindex?.[MAIN_SIZE],
      ({ wholeSeconds }) => [seconds(median(wholeSeconds)), median(wholeSeconds) <= 5],
    ),
  ];
}

/** What both programs were measured at without a goal: [name, of Footnote, of the obvious program]. */
export function besideRows(results) {
  return [MINILM, E5].flatMap((model) => {
    const entry = results.adding?.[model];
    if (!entry?.rounds) return [];
    const both = (figureOf) => ['footnote', 'obvious'].map((program) => beside(entry, program, figureOf));
    return [
      [`words added a second, ${SHORT[model]}, 24 articles`, ...both(wordsASecond(entry, 'small'))],
      [`words added a second, ${SHORT[model]}, 72 articles`, ...both(wordsASecond(entry, 'large'))],
      [
        `start to first answer in the saved index of the 72, ${SHORT[model]}`,
        ...both((round, program) => [round.firstAnswerSeconds[program], seconds]),
      ],
      [`a question there, median, ${SHORT[model]}`, ...both((round, program) => [round.questionMs[program], ms])],
    ];
  });
}

/** How cost grows: a column a size, the last one on paper. */
export function growth(results) {
  const at = (part, size) => results[part]?.[size];
  const measures = [
    ['writing it', (size) => at('writing', size), ({ seconds: whole }) => whole, duration],
    ['a question, median', (size) => at('asking', size), ({ questionMs }) => questionMs.median, ms],
    [
      'start to first answer',
      (size) => at('starting', size),
      ({ firstAnswerSeconds }) => median(firstAnswerSeconds),
      seconds,
    ],
    ['resident memory of the bot', (size) => results.memory?.[`${E5} ${size}`], ({ bytes }) => bytes, megabytes],
    ['on disk', (size) => at('writing', size), ({ bytes }) => bytes, megabytes],
    [
      'index recall at ten',
      (size) => at('asking', size),
      ({ recallAtTen }) => recallAtTen,
      (value) => value.toFixed(4),
    ],
  ];
  return measures.map(([name, entryOf, figureOf, show]) => {
    const points = SIZES.flatMap((size) => {
      const entry = entryOf(size);
      return entry?.measured && !entry.absent ? [{ size, value: figureOf(entry) }] : [];
    });
    const isRecall = name.includes('recall');
    return { name, show, points, onPaper: isRecall ? null : onPaper(points, name.startsWith('writing')) };
  });
}

export const PAPER_SIZE = 1_000_000;

/**
 * A million passages by arithmetic: the straight line through the two largest sizes. What grows with the logarithm (a search in
 * the graph) is overestimated by it. Writing puts each vector into a graph whose depth grows with the logarithm: that factor is added.
 */
function onPaper(points, isWriting) {
  const [smaller, larger] = points.slice(-2);
  if (!larger || larger.size !== LARGE_SIZE) return null;
  const slope = (larger.value - smaller.value) / (larger.size - smaller.size);
  const value = larger.value + slope * (PAPER_SIZE - larger.size);
  return isWriting ? (value * Math.log(PAPER_SIZE)) / Math.log(LARGE_SIZE) : value;
}

function row(name, goal, entry, judge) {
  if (!entry || entry.absent)
    return { name, goal, figure: `not measured${entry ? `: ${entry.absent}` : ''}`, isHeld: null };
  const [figure, isHeld] = judge(entry);
  return { name, goal, figure, isHeld };
}

function wordsRow(entry, model, set) {
  const name = `words added a second, ${SHORT[model]}, ${SET_SIZES[set]} articles, beside the obvious program`;
  const isAlone = entry?.rounds?.some(({ seconds }) => !seconds.obvious);
  const compared = isAlone ? { absent: 'the obvious program is not installed (bench/README.md)' } : entry;
  return row(name, '≥ 2.0 times', compared, ({ words, rounds }) => {
    const ratios = rounds.map((round) => round.seconds.obvious[set] / round.seconds.footnote[set]);
    const speed = (program) =>
      count(Math.round(median(rounds.map((round) => words[set] / round.seconds[program][set]))));
    const each = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
    return [
      `${median(ratios).toFixed(2)} times (${each}); ${speed('footnote')} beside ${speed('obvious')}`,
      median(ratios) >= 2,
    ];
  });
}

/** While adding: between the small and the large set, so that start and end of the process drop out. */
function limitRow(entry, model) {
  return row(
    `of the plain call on one core times the cores, while adding, ${SHORT[model]}`,
    '≥ 80 %',
    entry,
    ({ rounds, measured }) => {
      const shares = rounds.map(({ tokens, seconds, plainTokensPerSecond }) => {
        const { small, large } = seconds.footnote;
        return (tokens.large - tokens.small) / (large - small) / (plainTokensPerSecond * measured.cores);
      });
      const limit = mean(rounds.map(({ plainTokensPerSecond }) => plainTokensPerSecond)) * measured.cores;
      return [`${percent(median(shares))} of ${count(Math.round(limit))} tokens a second`, median(shares) >= 0.8];
    },
  );
}

function memoryRow(results, model, goal) {
  const name = `resident memory of the bot, ${count(MAIN_SIZE)} passages, ${SHORT[model]}`;
  return row(name, `≤ ${goal} MB`, results.memory?.[`${model} ${MAIN_SIZE}`], ({ bytes }) => [
    megabytes(bytes),
    bytes <= goal * MEGABYTE,
  ]);
}

function delayRow(results, work, key) {
  const name = `event loop's delay, p99, while ${work}, with questions, ${count(MAIN_SIZE)} passages`;
  return row(name, '≤ 20 ms', results.discord?.[MAIN_SIZE], (entry) => [ms(entry[key].p99), entry[key].p99 <= 20]);
}

function beside({ rounds }, program, figureOf) {
  if (rounds.some((round) => !round.seconds[program])) return 'not installed';
  const figures = rounds.map((round) => figureOf(round, program));
  const [, show] = figures[0];
  return show(median(figures.map(([value]) => value)));
}

function wordsASecond({ words }, set) {
  return (round, program) => [words[set] / round.seconds[program][set], (value) => count(Math.round(value))];
}

/** Of an even number of rounds, between the two in the middle: never the kinder one. */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

export const count = (number) => number.toLocaleString('en-GB');
export const ms = (value) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const seconds = (value) => `${value.toFixed(2)} s`;
const duration = (value) => (value < 120 ? `${value.toFixed(1)} s` : `${(value / 60).toFixed(0)} min`);
const megabytes = (bytes) =>
  bytes < 10_000 * MEGABYTE
    ? `${count(Math.round(bytes / MEGABYTE))} MB`
    : `${(bytes / MEGABYTE / 1024).toFixed(0)} GB`;
const percent = (share) => `${(share * 100).toFixed(0)} %`;
