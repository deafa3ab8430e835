// bench/results.json: what was measured, figures only. Each entry says when and on what; a part that is not run keeps its own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const FILE = new URL('results.json', import.meta.url);

/** By part, then by model or size or both. */
export function readResults() {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
}

/** Puts one entry in the place of an earlier one, at once, so that a run that is cut off keeps what it has. */
export function saveResult(part, key, figures) {
  const results = readResults();
  results[part] = { ...results[part], [key]: { measured: circumstances(), ...rounded(figures) } };
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

function circumstances() {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
  };
}

/** Five digits: nothing here is measured more finely. */
function rounded(figures) {
  return JSON.parse(JSON.stringify(figures), (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value,
  );
}
