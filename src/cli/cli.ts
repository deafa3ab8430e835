import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { toFailure } from '../errors.js';
import { COMMANDS, start, type CliCommand, type Flag, type FlagValues } from './commands.js';
import type { Context, GlobalOptions } from './context.js';
import { EPILOGUE, OVERVIEW } from './help.js';
import { jsonLine } from './json-line.js';
import type { Shell } from './shell.js';

/** Exit codes; what a signal ended is the entry's business. */
const ALL_WELL = 0;
const SOME_FAILED = 1;
const WRONG_USAGE = 2;

const DEFAULT_LIBRARY = 'local';
/** Columns of the help where it is not written to a terminal. */
const HELP_WIDTH = 80;

/** Runs a piece of work with what commands work with, closes it, and keeps the exit code. */
type Perform = (work: (context: Context) => Promise<void>, options: GlobalOptions) => Promise<void>;

/**
 * Runs the command that `arguments_` name.
 * @param arguments_ of the command line, without node and script
 * @returns the exit code: 0 all went well, 1 some part failed, 2 wrong usage
 */
export async function runCli(arguments_: readonly string[], shell: Shell): Promise<number> {
  let code = ALL_WELL;
  const program = describe(shell, async (work, options) => {
    // Loaded here, so that `--help` need not wait for it.
    const { openContext } = await import('./context.js');
    const context = openContext(shell, options, 'footnote ');
    try {
      await work(context);
    } catch (thrown) {
      await context.printer.failure({}, toFailure(thrown));
    } finally {
      await context.close();
    }
    code = context.printer.failed ? SOME_FAILED : ALL_WELL;
  });
  try {
    await program.parseAsync(arguments_, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Help and version, too, end in an error of this kind.
    if (thrown.exitCode === ALL_WELL) return ALL_WELL;
    if (arguments_.includes('--json')) {
      const message = thrown.message.replace(/^error: /, '');
      shell.stdout.write(`${jsonLine({ error: { code: 'bad-usage', message } })}\n`);
    }
    return WRONG_USAGE;
  }
  return code;
}

/** The program with every command; `perform` runs what was chosen. */
function describe(shell: Shell, perform: Perform): Command {
  const program = new Command('footnote')
    .description(OVERVIEW)
    .version(shell.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('--json', 'print one JSON object a line')
    .option('--library <id>', 'the library to use', DEFAULT_LIBRARY)
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(footnote --help shows every command)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void shell.stdout.write(text),
      writeErr: (text) => void shell.stderr.write(text),
      getOutHelpWidth: () => shell.stdout.columns || HELP_WIDTH,
      getErrHelpWidth: () => shell.stderr.columns || HELP_WIDTH,
      getOutHasColors: () => shell.colour.stdout,
      getErrHasColors: () => shell.colour.stderr,
    })
    .exitOverride();
  for (const command of COMMANDS) declare(program, command, perform);
  // Without a command; a word that is no command lands here as well.
  program
    .command('start', { isDefault: true, hidden: true })
    .argument('[word]')
    .action(async (word: string | undefined, _: object, chosen: Command) => {
      if (word !== undefined) chosen.error(`error: unknown command '${word}'`, { exitCode: WRONG_USAGE });
      await perform(start, chosen.optsWithGlobals());
    });
  return program;
}

function declare(program: Command, { usage, does, help, flags = [], run }: CliCommand, perform: Perform): void {
  const command = program.command(usage).description(does);
  for (const flag of flags) addFlag(command, flag);
  if (help !== undefined) command.addHelpText('after', help);
  command.action(async () => {
    await perform((context) => run(context, command.args, command.opts<FlagValues>()), command.optsWithGlobals());
  });
}

function addFlag(command: Command, { name, does, number }: Flag): void {
  if (number) command.option(name, does, (value) => wholeNumber(value, number), number.fallback);
  else command.option(name, does);
}

/** @throws InvalidArgumentError, which commander reports as wrong usage */
function wholeNumber(value: string, { least, most }: { readonly least: number; readonly most: number }): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
}
