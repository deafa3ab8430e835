import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ending, footnote } from './program.js';

const program = footnote();

beforeAll(async () => {
  writeFileSync(join(program.folder, 'kettle.md'), '# Kettle\n\nThe kettle is green and holds two litres.');
  // Minutes of embedding: nothing but an interruption ends it within a test.
  const paragraphs = Array.from(
    { length: 8000 },
    (_, at) => `Paragraph ${at} tells of the year ${at} in ${at + 7} words or so.`,
  );
  writeFileSync(join(program.folder, 'long.md'), `# Long\n\n${paragraphs.join('\n\n')}`);
  await program.run(['add', 'kettle.md']);
});

describe.skipIf(process.platform === 'win32')('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while adding ends with %i and leaves nothing half-done', async (signal, expected) => {
    const child = program.start(['add', 'kettle.md', 'long.md', '--json', '--library', signal]);
    const ended = ending(child);
    await once(child.stdout, 'data');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(expected);
    expect(stderr).toBe('');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toMatchObject([{ title: 'Kettle', status: 'added' }, { error: { code: 'cancelled' } }]);
    const { lines: listed } = await program.json(['list', '--library', signal]);
    expect(listed).toMatchObject([{ title: 'Kettle' }]);
  });

  it('ends a program that waits for questions', async () => {
    const child = program.start(['ask', '-']);
    const ended = ending(child);
    child.stdin.write('Which colour is the kettle?\n');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('a reader that leaves', () => {
  it('ends the program quietly', async () => {
    const child = program.start(['ask', '-']);
    child.stdin.on('error', () => undefined);
    child.stdin.write('Which colour is the kettle?\n');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.write('How much does the kettle hold?\n');
    let stderr = '';
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('colours', () => {
  it('are used where they are wanted, and only there', async () => {
    const plain = await program.run(['list']);
    expect(plain.stdout).not.toContain('\u001b');
    const forced = await program.run(['list'], { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout).toContain('\u001b[1mKettle');
    const refused = await program.run(['list'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(refused.stdout).toBe(plain.stdout);
    const json = await program.run(['list', '--json'], { env: { FORCE_COLOR: '1' } });
    expect(json.stdout).not.toContain('\u001b');
  });
});
