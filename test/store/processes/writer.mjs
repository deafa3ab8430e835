/**
 * Writes to the library in argv[2] until it is killed, and says on standard output what was done, a line each.
 * argv[3] seeds what it does; argv[4] is the number of the first article.
 */
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openStore } from '../../../dist/store/store.js';
import { KIND, toStore } from '../writing.mjs';

const [folder, seed, first] = process.argv.slice(2);
let state = Number(seed);
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);

const open = () =>
  openStore({ folder, now: Date.now, log: { info: () => {}, warn: (message) => say({ warned: message }) } });
let store = await open();
const names = [];
const textsOf = (name, version) =>
  Array.from({ length: 1 + random(6) }, (_, p) => `${name} version ${version} part ${p}.`);

function put(name, texts) {
  const { article, embeddings, passages } = toStore(name, texts);
  say({ begun: 'put', name, texts });
  store.embeddings.put(KIND.fingerprint, embeddings);
  store.articles.put(article, KIND, passages);
  say({ done: 'put', name, texts });
}

async function reindex() {
  await store.reindex.begin(KIND);
  do {
    for (const id of store.reindex.pending('2')) {
      const article = store.articles.find(id);
      const texts = store.articles.text(id).text.split('\n\n');
      store.reindex.stage(id, article.contentHash, '2', toStore(id, texts).passages);
    }
  } while (!(await store.reindex.finish('2')));
}

for (let number = Number(first); ; number++) {
  const action = random(12);
  if (action < 5 || names.length === 0) {
    const name = `n${number}`;
    put(name, textsOf(name, 0));
    names.push(name);
  } else if (action < 7) {
    const name = names[random(names.length)];
    put(name, textsOf(name, number));
  } else if (action < 9) {
    const [name] = names.splice(random(names.length), 1);
    say({ begun: 'remove', name });
    store.articles.remove(name);
    say({ done: 'remove', name });
  } else if (action < 10) {
    await reindex();
    say({ done: 'reindex' });
  } else if (action < 11) {
    await store.backups.make('whole');
    say({ done: 'backup' });
  } else {
    await store.close();
    store = await open();
    say({ done: 'reopen' });
  }
  if (number % 5 === 0) await nextTurn();
}
