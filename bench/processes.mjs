// Whole processes, from start to end, with nothing of this one's settings but where programs are.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** Started elsewhere than in the project, so that no `.env` is read. */
const FOLDER = tmpdir();

export const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** @param settings more of its environment */
export function environment(settings) {
  return { PATH: process.env.PATH, ...settings };
}

/**
 * Runs a Node program to its end.
 * @returns its standard output, seconds from start to first output (null without any) and to the end
 * @throws Error when it ends with anything but 0
 */
export async function run(args, { settings = {}, input = '' } = {}) {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const child = spawn(process.execPath, args, {
    cwd: FOLDER,
    env: environment(settings),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [output, errors, firstSeconds] = ['', '', null];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    firstSeconds ??= since();
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${errors || output}`);
  return { output, firstSeconds, seconds: since() };
}
