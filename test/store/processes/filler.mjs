/**
 * Fills the disk that the library in argv[2] is on, then frees some of it, and says on standard output what happened: a
 * line of JSON each.
 */
import { rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../dist/store/store.js';
import { KIND, toStore, vectorOf } from '../writing.mjs';

const [folder] = process.argv.slice(2);
const ballast = join(folder, 'ballast');
const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
const options = { folder: join(folder, 'library'), now: Date.now, log: { info: () => {}, warn: () => {} } };
const textsOf = (name) => Array.from({ length: 4 }, (_, part) => `${name} part ${part} ${'of much '.repeat(400)}text.`);
const freeBytes = () => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

function put(name) {
  const { article, embeddings, passages } = toStore(name, textsOf(name));
  store.embeddings.put(KIND.fingerprint, embeddings);
  store.articles.put(article, KIND, passages);
}

/** Ids of articles that are whole, and what the index finds. */
function state() {
  const ids = store.articles.ids();
  const found = store.search.byVector(vectorOf('?'), KIND.fingerprint, 10_000).length;
  return {
    ids,
    intact: ids.filter(
      (id) => store.articles.isIntact(id) && store.articles.text(id).text === textsOf(id).join('\n\n'),
    ),
    found,
  };
}

let store = await openStore(options);
writeFileSync(ballast, Buffer.alloc(1_000_000));
const stored = [];
for (let number = 0; number < 10_000; number++) {
  try {
    put(`a${number}`);
    stored.push(`a${number}`);
  } catch (error) {
    say({ failed: error.code, message: error.message, free: freeBytes() });
    break;
  }
}
say({ stored, ...state() });
// Whatever else is tried on the full disk.
for (const [what, attempt] of [
  ['put', () => put('another')],
  ['backup', () => store.backups.make('whole')],
  ['settings', () => store.settings.put({ excerpts: 2 })],
]) {
  const outcome = await Promise.resolve()
    .then(attempt)
    .then(
      () => 'done',
      (error) => error.code ?? String(error),
    );
  say({ tried: what, outcome });
}
await store.close();
store = await openStore(options);
say({ reopened: true, ...state() });
rmSync(ballast);
put('later');
await store.close();
store = await openStore(options);
say({ freed: true, ...state() });
await store.close();
