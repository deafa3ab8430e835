import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASK_LINE, LIST_LINE } from './json-lines.js';
import { footnote, MAIN, type Ending } from './program.js';

const program = footnote();
/** `script` of util-linux runs a program on a terminal of its own. */
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

let first: Ending;

beforeAll(async () => {
  first = await program.run([], { input: 'Who proposed a stepped lens in 1748?\n\n/top 1\n大运河有多长？\n/list\n' });
});

describe('input that is not a terminal', () => {
  it('adds the samples to a new library and answers each line', () => {
    const { code, stdout, stderr } = first;
    expect(code).toBe(0);
    expect(stderr).toContain('The library is new');
    expect(stdout).toContain('? Who proposed a stepped lens in 1748?');
    expect(stdout).toContain('«Georges-Louis Leclerc, Comte de Buffon');
    expect(stdout.replace(/\s/g, '')).toContain('全长约一千七百九十四公里');
    expect(stdout).toContain('DingTalk sets up shop in Hong Kong');
    expect(stdout).not.toContain('\u001b');
  });

  it('adds them once, ends at /quit, and takes --json', async () => {
    const options = { input: 'Who patented the pencil with an eraser?\n/list\n/quit\n/list\n' };
    const { code, lines, stderr } = await program.json(['chat'], options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(ASK_LINE.parse(lines[0]).excerpts[0]!.highlight.text).toContain('Hymen Lipman');
    expect(lines.slice(1).map((line) => LIST_LINE.parse(line).title)).toHaveLength(4);
  });

  it('understands a follow-up by the question before it', async () => {
    const { stdout } = await program.run([], { input: 'Who designed the first Fresnel lens?\nWhen did he die?\n' });
    expect(stdout).toContain('Understood as: Who designed the first Fresnel lens? → When did he die?');
    expect(stdout).toContain('Fresnel died');
  });

  it('ends with 1 when a line failed, and works on', async () => {
    const { code, stdout, stderr } = await program.run([], { input: '/nonsense\n/show\n/show nonesuch00\n/status\n' });
    expect(code).toBe(1);
    expect(stderr).toContain('There is no command /nonsense');
    expect(stderr).toContain('/show ID');
    expect(stderr).toContain('nonesuch00');
    expect(stdout).toContain('health    ok');
  });
});

describe.skipIf(!hasTerminal)('a terminal', () => {
  it('shows a prompt, styles the highlight, keeps a history, and ends with Ctrl-D', async () => {
    const { code, output } = await converse(['/top 1\r', 'Who proposed a stepped lens in 1748?\r', '\u0004']);
    expect(code).toBe(0);
    expect(output).toContain('/help');
    expect(output).toContain('\u001b[1m\u001b[4mGeorges-Louis Leclerc, Comte de Buffon');
    const history = join(program.folder, 'library', '.console-history');
    expect(statSync(history).mode & 0o777).toBe(0o600);
  });

  it('respects NO_COLOR', async () => {
    const { output } = await converse(['Who proposed a stepped lens in 1748?\r', '/quit\r'], { NO_COLOR: '1' });
    expect(output).toContain('«Georges-Louis Leclerc, Comte de Buffon');
    // eslint-disable-next-line no-control-regex -- colours and weights are control sequences
    expect(output).not.toMatch(/\u001b\[[0-9;]*m/);
  });

  it('completes commands, clears the line at Ctrl-C, and ends at the second on an empty one', async () => {
    const { code, output } = await converse(['/sta\t', '\r', 'half a question', '\u0003', '\u0003', '\u0003']);
    expect(code).toBe(0);
    expect(output).toContain('health');
    expect(output).toContain('Ctrl-C again ends');
    expect(output).not.toContain('Not in the library');
  });

  it('stops what is running at Ctrl-C, and goes on', async () => {
    const { code, output } = await converse(['/reindex\r\u0003', '/status\r', '/quit\r']);
    expect(code).toBe(0);
    expect(output).toContain('health');
  });
});

/** What readline writes last of a prompt: the cursor behind its two columns. */
const PROMPT_DRAWN = '\u001b[3G';

/** Types `keys` into the console on a terminal, each when the console has come to rest, and waits for its end. */
async function converse(keys: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = `${process.execPath} ${MAIN} chat`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    cwd: program.folder,
    env: { ...program.env, TERM: 'xterm', ...env },
  });
  let output = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const waiting = [...keys];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece;
    const rests = [PROMPT_DRAWN, '/status ', 'half a question'].some((end) => output.endsWith(end));
    if (rests) {
      const next = waiting.shift();
      if (next !== undefined) child.stdin.write(next);
    }
  });
  const code = await ended;
  return { code, output };
}
