import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { openLibraries, type Libraries, type LibrariesOptions } from '../../src/libraries.js';

/** Real libraries in a folder of their own, removed after the tests of the file; a clock the test sets. */
export interface Opened {
  readonly folder: string;
  readonly warnings: string[];
  /** Milliseconds since 1970. */
  time: number;
  open(changes?: Partial<LibrariesOptions>): Libraries;
}

export function libraries(): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'footnote-library-'));
  const opened: Libraries[] = [];
  const state: Opened = {
    folder,
    warnings: [],
    time: Date.UTC(2026, 0, 2, 3, 4, 5),
    open(changes = {}) {
      const all = openLibraries({
        dataDir: folder,
        modelsDir: fileURLToPath(new URL('../../models', import.meta.url)),
        embedding: { model: 'e5-small-zh-en', threads: 1 },
        quota: { maxArticles: 1_000, maxBytes: 10_000_000 },
        answerThreshold: 0.5,
        fetch: { allowPrivateHosts: [], maxBytes: 1_000_000, timeoutMs: 5_000, maxRedirects: 3 },
        version: 'test',
        now: () => state.time,
        clock: () => performance.now(),
        log: { info: () => undefined, warn: (message) => state.warnings.push(message) },
        ...changes,
      });
      opened.push(all);
      return all;
    },
  };
  afterAll(async () => {
    await Promise.all(opened.map((all) => all.close()));
    rmSync(folder, { recursive: true, force: true });
  });
  return state;
}

/** A text as someone pastes it. */
export function pasted(name: string, text: string) {
  return { kind: 'bytes', name, bytes: new TextEncoder().encode(text), contentType: 'text/markdown' } as const;
}
