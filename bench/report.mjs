#!/usr/bin/env node
// Writes the tables of bench/results.json into README.md and docs/speed.md, between <!-- bench:NAME --> and <!-- /bench -->,
// and draws the growth. `npm run bench:report` runs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { drawGrowth } from './chart.mjs';
import { besideRows, count, goalRows, growth, MAIN_SIZE, ms, PAPER_SIZE, SIZES } from './goals.mjs';
import { readResults } from './results.mjs';

const PAGES = ['../README.md', '../docs/speed.md'];
const TABLES = { goals: goalsTable, beside: besideTable, growth: growthTable, discord: discordTable };

if (argv[1] === fileURLToPath(import.meta.url)) {
  const results = readResults();
  for (const page of PAGES) {
    const file = new URL(page, import.meta.url);
    const text = readFileSync(file, 'utf8').replace(
      /(<!-- bench:(\w+) -->\n)[^]*?(?=<!-- \/bench -->)/g,
      (_, opening, name) => `${opening}\n${TABLES[name](results)}\n\n`,
    );
    writeFileSync(file, text);
  }
  drawGrowth(results);
}

/** Every goal with its figure, and under what circumstances that was measured. */
export function goalsTable(results) {
  const rows = goalRows(results).map(({ name, figure, goal, isHeld }) => [
    name,
    figure,
    goal,
    isHeld === null ? '–' : isHeld ? 'held' : '**missed**',
  ]);
  return `${circumstances(results)}\n\n${table(['', 'figure', 'goal', ''], rows)}`;
}

function besideTable(results) {
  return table(['', 'Footnote', 'the obvious program'], besideRows(results));
}

function growthTable(results) {
  const headings = ['passages', ...SIZES.map(count), `${count(PAPER_SIZE)}, on paper`];
  const rows = growth(results).map(({ name, show, points, onPaper }) => [
    name,
    ...SIZES.map((size) => {
      const point = points.find((one) => one.size === size);
      return point ? show(point.value) : 'not measured';
    }),
    onPaper === null ? '–' : show(onPaper),
  ]);
  return table(headings, rows);
}

function discordTable(results) {
  const entry = results.discord?.[MAIN_SIZE];
  if (!entry?.measured || entry.absent) return 'Not measured.';
  const rows = [
    ['an answer, nothing else to do', entry.idle],
    ['an answer while articles are added', entry.adding],
    ['an answer during a full reindex', entry.reindexing],
  ].map(([name, { first, answer }]) => [name, ...[first.p50, first.p95, answer.p50, answer.p95].map(ms)]);
  const headings = ['', 'acknowledged, median', '95th percentile', 'answered, median', '95th percentile'];
  const { together, firstAnswerMs } = entry;
  const order = together.areInOrder ? 'each channel in its order' : 'NOT each channel in its order';
  return (
    `${table(headings, rows)}\n\n${together.questions} questions at once are all answered after ${ms(together.ms)}, ${order}. ` +
    `The first answer comes ${(firstAnswerMs / 1000).toFixed(1)} s after the start of the bot.`
  );
}

/** Machine and days of all that was measured. */
function circumstances(results) {
  const measured = Object.values(results)
    .flatMap((part) => Object.values(part))
    .flatMap((entry) => (entry.absent ? [] : [entry.measured]));
  if (measured.length === 0) return 'Not measured.';
  const machines = new Set(measured.map(({ processor, cores, node }) => `${processor}, ${cores} cores, Node ${node}`));
  const days = [...new Set(measured.map(({ date }) => date))].sort();
  const when = days.length === 1 ? days[0] : `${days[0]} to ${days.at(-1)}`;
  return `${[...machines].join('; ')}, ${when}. Command: \`npm run bench\`.`;
}

function table(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
