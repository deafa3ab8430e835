import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = new URL('../src/', import.meta.url);

/** What each part may import of the others; `types`: only what is gone after the build. A part is a folder or a file of src. */
const MAY_IMPORT: Readonly<Record<string, { readonly all?: readonly string[]; readonly types?: readonly string[] }>> = {
  'main.ts': { all: ['config', 'errors', 'log', 'cli', 'discord', 'libraries', 'metrics'] },
  'config.ts': { all: ['errors'] },
  'errors.ts': {},
  'log.ts': { types: ['config'] },
  'library.ts': { all: ['library', 'article', 'embed', 'store', 'answer', 'errors'] },
  'libraries.ts': { all: ['library', 'article', 'embed', 'store', 'answer', 'errors'] },
  library: { all: ['article', 'embed', 'store', 'answer', 'errors'] },
  article: { all: ['errors'] },
  embed: { all: ['errors'] },
  store: { all: ['errors'], types: ['article'] },
  answer: { all: ['article', 'embed', 'errors'], types: ['store'] },
  cli: { all: ['library', 'errors'], types: ['config', 'libraries'] },
  metrics: { all: ['errors'], types: ['libraries'] },
  discord: { all: ['library', 'libraries', 'config', 'errors'] },
};

/** Packages that one place alone may import. */
const OWNERS: Readonly<Record<string, string>> = {
  '@xenova/transformers': 'embed/worker.ts',
  'onnxruntime-node': 'embed/',
  'hnswlib-node': 'store/vectors.ts',
  'better-sqlite3': 'store/',
  '@mozilla/readability': 'article/',
  linkedom: 'article/',
  'discord.js': 'discord/',
  commander: 'cli/',
  'cli-progress': 'cli/',
  picocolors: 'cli/',
  dotenv: 'main.ts',
  'prom-client': 'metrics/',
};

/** Where what makes a run differ from the next may come in, to be handed on. */
const SOURCES_OF_CHANCE: readonly (readonly [what: RegExp, where: readonly string[]])[] = [
  [/\bprocess\s*\.\s*env\b/, ['config.ts', 'main.ts']],
  [/\bDate\s*\.\s*now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\s*\.\s*now\b/, ['main.ts']],
];

interface Import {
  /** Path below src, without its ending, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

describe('the sources', () => {
  it('lie in flat folders that all have a line in the table', () => {
    expect(files.filter((file) => file.split('/').length > 2)).toEqual([]);
    expect([...new Set(files.map(partOf))].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
  });

  it.each(files)('%s imports what its part may', (file) => {
    const own = partOf(file);
    const { all = [], types = [] } = MAY_IMPORT[own] ?? {};
    const strays = importsOf(file).filter(({ target, typeOnly }) => {
      if (!target.startsWith('src/')) return false;
      const part = target.slice('src/'.length).split('/')[0]!;
      return part !== own && !all.includes(part) && !(typeOnly && types.includes(part));
    });
    expect(strays).toEqual([]);
  });

  it.each(Object.entries(OWNERS))('leave %s to %s', (name, owner) => {
    const users = files.filter((file) => importsOf(file).some(({ target }) => target === name));
    expect(users.filter((file) => !file.startsWith(owner))).toEqual([]);
  });

  it.each(SOURCES_OF_CHANCE)('use %s only where it is handed out', (what, where) => {
    const users = files.filter((file) => what.test(withoutComments(sourceOf(file))));
    expect(users.filter((file) => !where.includes(file))).toEqual([]);
  });
});

/** `cli/ask.ts` is of the part `cli`; `main.ts` is a part of its own. */
function partOf(file: string): string {
  return file.split('/')[0]!;
}

function importsOf(file: string): Import[] {
  const code = withoutComments(sourceOf(file));
  const found = [
    ...code.matchAll(/^(?:import|export)\s+(type\s)?[^;']*?from\s*'([^']+)'/gm),
    ...code.matchAll(/^import\s+()'([^']+)'/gm),
    ...code.matchAll(/\bimport\(()\s*'([^']+)'/g),
  ];
  return found.map(([, type = '', target = '']) => ({
    target: target.startsWith('.')
      ? posix.join('src', posix.dirname(file), target).replace(/\.[jt]s$/, '')
      : target.replace(/^((?:@[^/]+\/)?[^/]+).*/, '$1'),
    typeOnly: type !== '',
  }));
}

function sourceOf(file: string): string {
  return readFileSync(new URL(file, SRC), 'utf8');
}

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
