import { describe, expect, it } from 'vitest';
import { footnote } from './program.js';

const program = footnote();

const COMMANDS = 'add read ask list show remove refresh reindex status gaps export import chat discord'.split(' ');

describe('footnote --help', () => {
  it('names every command, setting and exit code on standard output', async () => {
    const { code, stdout, stderr } = await program.run(['--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const word of ['DATA_DIR', 'ANSWER_THRESHOLD', 'DISCORD_TOKEN', 'Exit codes', '--json', '--library']) {
      expect(stdout).toContain(word);
    }
    expect(stdout).not.toContain('\u001b');
  });

  it.each(COMMANDS)('explains %s', async (command) => {
    const { code, stdout } = await program.run([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: footnote ${command}`);
    expect(stdout).toContain('--json');
  });

  it('needs no settings', async () => {
    expect((await program.run(['--help'], { env: { ANSWER_THRESHOLD: 'often' } })).code).toBe(0);
  });

  it('says the version', async () => {
    const { code, stdout } = await program.run(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage', () => {
  it.each([
    [['add'], "missing required argument 'source'"],
    [['read'], "missing required argument 'source'"],
    [['ask'], "missing required argument 'question'"],
    [['show'], "missing required argument 'id'"],
    [['remove'], "missing required argument 'id'"],
    [['import'], "missing required argument 'file'"],
    [['show', 'a', 'b'], 'too many arguments'],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['list', '--colour'], "unknown option '--colour'"],
    [['--colour'], "unknown option '--colour'"],
    [['ask', 'why?', '--top', '0'], 'whole number from 1 to 1000'],
    [['ask', 'why?', '--top', 'many'], 'whole number from 1 to 1000'],
    [['ask', 'why?', '--top'], 'argument missing'],
    [['list', '--library'], 'argument missing'],
  ])('%j ends with 2 and says why', async (arguments_, reason) => {
    const { code, stdout, stderr } = await program.run(arguments_);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('is a line of JSON where that was asked for', async () => {
    const { code, lines } = await program.json(['ask']);
    expect(code).toBe(2);
    expect(lines).toEqual([{ error: { code: 'bad-usage', message: "missing required argument 'question'" } }]);
  });
});

describe('wrong settings', () => {
  const env = { ANSWER_THRESHOLD: 'often', LOG_LEVEL: 'loud' };

  it('stop the start, all named at once, without a stack', async () => {
    const { code, stdout, stderr } = await program.run(['list'], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('ANSWER_THRESHOLD must be');
    expect(stderr).toContain('LOG_LEVEL must be');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('are a line of JSON where that was asked for', async () => {
    const { code, lines } = await program.json(['status'], { env });
    expect(code).toBe(1);
    expect(lines).toEqual([
      { error: { code: 'bad-config', message: expect.stringContaining('ANSWER_THRESHOLD') as string } },
    ]);
  });

  it('of Discord without a token say what to do', async () => {
    const { code, stderr } = await program.run(['discord']);
    expect(code).toBe(1);
    expect(stderr).toContain('DISCORD_TOKEN');
  });
});
