import type { Context } from './context.js';
import { ADD_HELP, ASK_HELP, EXPORT_HELP, READ_HELP } from './help.js';

/** A command of the program. Its module is loaded when it runs, so that `--help` shows at once. */
export interface CliCommand {
  /** Name and operands as commander writes them. */
  readonly usage: string;
  readonly does: string;
  /** What its help says beside that. */
  readonly help?: string;
  readonly flags?: readonly Flag[];
  readonly run: (context: Context, operands: readonly string[], values: FlagValues) => Promise<void>;
}

export interface Flag {
  readonly name: string;
  readonly does: string;
  /** For a flag that takes a whole number: its limits and default. */
  readonly number?: { readonly least: number; readonly most: number; readonly fallback: number };
}

/** What the flags of the commands hold; each command has some of them. */
export interface FlagValues {
  readonly top?: number;
  readonly explain?: boolean;
  readonly force?: boolean;
  readonly clear?: boolean;
}

/** More excerpts than anybody reads; a script that ranks articles may want this many. */
const MAX_TOP = 1000;
const DEFAULT_TOP = 5;

export const COMMANDS: readonly CliCommand[] = [
  {
    usage: 'add <source...>',
    does: 'add articles: addresses, files, folders, or - for standard input',
    help: ADD_HELP,
    run: async (context, sources) => (await import('./add.js')).add(context, sources),
  },
  {
    usage: 'read <source...>',
    does: 'show what add would add, and add nothing',
    help: READ_HELP,
    run: async (context, sources) => (await import('./add.js')).read(context, sources),
  },
  {
    usage: 'ask <question...>',
    does: 'answer a question, or with - one a line from standard input',
    help: ASK_HELP,
    flags: [
      {
        name: '--top <n>',
        does: `excerpts to show, 1 to ${MAX_TOP}`,
        number: { least: 1, most: MAX_TOP, fallback: DEFAULT_TOP },
      },
      { name: '--explain', does: "show what each signal added to an excerpt's score" },
    ],
    run: async (context, words, flags) => {
      const { ask, askLines } = await import('./ask.js');
      if (words.length === 1 && words[0] === '-') await askLines(context, flags);
      else await ask(context, words.join(' '), flags);
    },
  },
  {
    usage: 'list [words...]',
    does: 'list the articles, newest first; with words, those that hold them all',
    run: async (context, words) => (await import('./articles.js')).list(context, words),
  },
  {
    usage: 'show <id>',
    does: 'show an article in full',
    run: async (context, [id = '']) => (await import('./articles.js')).show(context, id),
  },
  {
    usage: 'remove <id...>',
    does: 'remove articles',
    run: async (context, ids) => (await import('./articles.js')).remove(context, ids),
  },
  {
    usage: 'refresh [id...]',
    does: 'read articles (all, or those named) again from where they came',
    run: async (context, ids) => (await import('./add.js')).refresh(context, ids),
  },
  {
    usage: 'reindex',
    does: 'embed what changed into a new index, then switch to it',
    flags: [{ name: '--force', does: 'embed everything again' }],
    run: async (context, _, { force = false }) => (await import('./upkeep.js')).reindex(context, force),
  },
  {
    usage: 'status',
    does: 'show counts and health',
    run: async (context) => (await import('./upkeep.js')).status(context),
  },
  {
    usage: 'gaps',
    does: 'list questions without an answer, most frequent first',
    flags: [{ name: '--clear', does: 'forget them' }],
    run: async (context, _, { clear = false }) => (await import('./upkeep.js')).gaps(context, clear),
  },
  {
    usage: 'export',
    does: 'write the library to standard output, as JSON lines',
    help: EXPORT_HELP,
    run: async (context) => (await import('./upkeep.js')).exportLines(context),
  },
  {
    usage: 'import <file>',
    does: 'add the articles of an export, or with - from standard input',
    run: async (context, [file = '']) => (await import('./add.js')).importFile(context, file),
  },
  { usage: 'chat', does: 'open the console: ask and add in a conversation', run: openConsole },
  { usage: 'discord', does: 'start the Discord bot', run: ({ shell }) => shell.runDiscord() },
];

/** What runs without a command: the bot where there is a token, else the console. */
export async function start(context: Context): Promise<void> {
  const { discord } = await context.shell.config();
  await (discord.token === undefined ? openConsole(context) : context.shell.runDiscord());
}

async function openConsole(context: Context): Promise<void> {
  await (await import('./console.js')).runConsole(context);
}
