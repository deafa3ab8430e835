import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FootnoteError } from '../errors.js';
import type { Library } from '../library.js';
import { add, refresh } from './add.js';
import { list, remove, show } from './articles.js';
import type { Context } from './context.js';
import { gaps, reindex, status } from './upkeep.js';

/** What a console remembers from one line to the next. */
export interface Conversation {
  /** Excerpts an answer shows. */
  top: number;
  /** The questions so far that belong together, oldest first. */
  thread: string[];
  /** Nothing more is wanted. */
  over: boolean;
}

interface ConsoleCommand {
  /** Its operands, as the help shows them. */
  readonly operands: string;
  readonly does: string;
  /** How many operands it must have, at least. */
  readonly least: number;
  /** What its operands are, for completion. */
  readonly takes?: 'ids' | 'files';
  readonly run: (context: Context, operands: readonly string[], conversation: Conversation) => Promise<void> | void;
}

/** Most excerpts that fit a conversation. */
const MAX_TOP = 20;

const COMMANDS: Readonly<Record<string, ConsoleCommand>> = {
  '/add': { operands: 'SOURCE…', does: 'add addresses, files or folders', least: 1, takes: 'files', run: add },
  '/list': { operands: '[WORDS…]', does: 'list the articles', least: 0, run: list },
  '/show': {
    operands: 'ID',
    does: 'show an article in full',
    least: 1,
    takes: 'ids',
    run: (context, [id = '']) => show(context, id),
  },
  '/remove': { operands: 'ID…', does: 'remove articles', least: 1, takes: 'ids', run: remove },
  '/refresh': {
    operands: '[ID…]',
    does: 'read articles again from where they came',
    least: 0,
    takes: 'ids',
    run: refresh,
  },
  '/status': { operands: '', does: 'show counts and health', least: 0, run: status },
  '/gaps': { operands: '', does: 'list questions without an answer', least: 0, run: (context) => gaps(context, false) },
  '/reindex': {
    operands: '',
    does: 'embed what changed into a new index',
    least: 0,
    run: (context) => reindex(context, false),
  },
  '/top': { operands: 'N', does: `show N excerpts an answer, 1 to ${MAX_TOP}`, least: 1, run: setTop },
  '/help': { operands: '', does: 'show this', least: 0, run: help },
  '/quit': {
    operands: '',
    does: 'end (Ctrl-D as well)',
    least: 0,
    run: (_, __, conversation) => void (conversation.over = true),
  },
};

/** Runs a line that begins with `/`. @throws bad-usage */
export async function runCommand(context: Context, line: string, conversation: Conversation): Promise<void> {
  const [name = '', ...operands] = words(line);
  const command = COMMANDS[name.toLowerCase()];
  if (!command) throw new FootnoteError('bad-usage', `There is no command ${name}; /help shows all of them.`);
  if (operands.length < command.least) {
    throw new FootnoteError('bad-usage', `Say what to work on: ${name} ${command.operands}`);
  }
  await command.run(context, operands, conversation);
}

/** What could stand where `line` ends: commands, ids of articles, or files. */
export function complete(line: string, library: Library): [completions: string[], completed: string] {
  if (!line.startsWith('/')) return [[], line];
  const [, name = '', rest] = /^(\S+)(?:\s+(?:.*\s)?(\S*))?$/.exec(line) ?? [];
  if (rest === undefined) return [starting(Object.keys(COMMANDS), name).map((found) => `${found} `), line];
  const takes = COMMANDS[name.toLowerCase()]?.takes;
  if (takes === 'ids')
    return [
      starting(
        library.list().map(({ id }) => id),
        rest,
      ),
      rest,
    ];
  return [takes === 'files' ? files(rest) : [], rest];
}

/** The words of a line; one in quotation marks may hold spaces. */
export function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

function setTop({ printer }: Context, [number = '']: readonly string[], conversation: Conversation): void {
  const top = /^\d+$/.test(number) ? Number(number) : 0;
  if (top < 1 || top > MAX_TOP)
    throw new FootnoteError('bad-usage', `Give a whole number from 1 to ${MAX_TOP}: /top 3`);
  conversation.top = top;
  printer.note(`Answers show up to ${top} ${top === 1 ? 'excerpt' : 'excerpts'} now.`);
}

async function help({ printer }: Context): Promise<void> {
  const lines = Object.entries(COMMANDS).map(
    ([name, { operands, does }]) => `  ${`${name} ${operands}`.padEnd(18)}  ${does}`,
  );
  const closing = 'Anything else is a question. Ctrl-C stops what is running.';
  await printer.raw([...lines, closing].join('\n'));
}

function starting(candidates: readonly string[], beginning: string): string[] {
  return candidates.filter((candidate) => candidate.startsWith(beginning));
}

/** Files and folders whose path begins with `path`. */
function files(path: string): string[] {
  const folder = path.endsWith('/') ? path : dirname(path);
  const beginning = path.endsWith('/') || path === '' ? '' : basename(path);
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => name.startsWith(beginning) && (beginning !== '' || !name.startsWith('.')))
      .map((entry) => {
        const found = path.includes('/') ? join(folder, entry.name) : entry.name;
        return entry.isDirectory() ? `${found}/` : found;
      });
  } catch {
    return [];
  }
}
