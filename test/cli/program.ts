import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The built entry. */
export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ending {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Footnote {
  /** Folder the program runs in; nothing else is in it but `library`, its DATA_DIR. */
  readonly folder: string;
  /** What it runs with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts the built program. */
  start(arguments_: readonly string[], env?: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams;
  /** Runs it to its end. */
  run(
    arguments_: readonly string[],
    options?: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> },
  ): Promise<Ending>;
  /** Runs it with `--json` and gives the lines of its output, each of which must be an object. */
  json(
    arguments_: readonly string[],
    options?: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> },
  ): Promise<{ readonly code: number | null; readonly lines: readonly unknown[]; readonly stderr: string }>;
}

/** The real program with a library of its own, in a folder that is removed after the tests of the file. */
export function footnote(): Footnote {
  const folder = mkdtempSync(join(tmpdir(), 'footnote-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // One thread: the articles are short, and every process loads the model anew.
  const own = { PATH: process.env['PATH'], DATA_DIR: join(folder, 'library'), EMBEDDING_THREADS: '1' };

  function start(arguments_: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return spawn(process.execPath, [MAIN, ...arguments_], {
      cwd: folder,
      env: { ...own, ...env },
    });
  }

  const run: Footnote['run'] = async (arguments_, { input = '', env } = {}) => {
    const child = start(arguments_, env);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    return ending(child);
  };

  return {
    folder,
    env: own,
    start,
    run,
    async json(arguments_, options) {
      const { code, stdout, stderr } = await run([...arguments_, '--json'], options);
      const lines = stdout.split('\n').slice(0, -1);
      return { code, stderr, lines: lines.map((line) => JSON.parse(line) as unknown) };
    },
  };
}

/** What a process that was started has written, once it has ended. */
export async function ending(child: ChildProcessWithoutNullStreams): Promise<Ending> {
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
