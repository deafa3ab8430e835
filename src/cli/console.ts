import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { toFailure } from '../errors.js';
import type { Library } from '../library.js';
import { add } from './add.js';
import { ask } from './ask.js';
import { complete, runCommand, type Conversation } from './console-commands.js';
import type { Context } from './context.js';
import { HISTORY_SIZE, readHistory, saveHistory } from './history.js';
import { linesOf } from './lines.js';
import { openPrinter, type Printer } from './printer.js';
import { defuseLine } from './terminal-text.js';

/** Excerpts an answer of the console shows until `/top`. */
const DEFAULT_TOP = 3;
/** A second Ctrl-C within this many milliseconds ends the console. */
const SECOND_INTERRUPT_MS = 3000;
/** Earlier questions that a follow-up is understood by. */
const MAX_THREAD = 3;

/** Questions that the samples answer. */
const EXAMPLES = ['Why is a Fresnel lens made of rings?', '大运河有多长？'];

/**
 * The console: questions and `/commands`, one a line. On a terminal it is a conversation; other input is worked
 * through line by line. A library that is new gets the sample articles first.
 */
export async function runConsole(context: Context): Promise<void> {
  const { stdin, stdout } = context.shell;
  if (stdin.isTTY && stdout.isTTY && !context.printer.json) await converse(context);
  else await workThrough(context);
}

/** Input that is not a terminal: every line in order; what fails is in the exit code. */
async function workThrough(context: Context): Promise<void> {
  const conversation: Conversation = { top: DEFAULT_TOP, thread: [], over: false };
  const silence = () => Promise.resolve();
  await addSamples({ ...context, printer: { ...context.printer, result: silence, raw: silence } });
  for await (const line of linesOf(context.shell.stdin, context.signal)) {
    if (line.trim() !== '') await echo(context.printer, line);
    await perform(context, line, conversation);
    if (conversation.over) break;
  }
}

/** What was asked, above the answer to it; a line of JSON holds its question itself. */
async function echo(printer: Printer, line: string): Promise<void> {
  if (!printer.json) await printer.raw(printer.look.colours.bold(`? ${defuseLine(line)}`));
}

/** A terminal: prompt, history, completion; Ctrl-C stops what is running. */
async function converse(outer: Context): Promise<void> {
  const { shell, progress } = outer;
  const printer = openPrinter(shell, { json: false, invocation: '/' }, (write) => progress.around(write));
  const context: Context = { ...outer, printer };
  const { dataDir } = await shell.config();
  const library = await context.library();
  context.warmUp();
  await addSamples(context);
  await welcome(context, library);

  const reader = createInterface({
    input: shell.stdin,
    output: shell.stdout,
    prompt: printer.look.colours.cyan('? '),
    completer: (line: string) => complete(line, library),
    history: await readHistory(dataDir),
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
  });
  reader.on('history', (lines) => void saveHistory(dataDir, lines));
  const end = () => reader.close();
  shell.signal.addEventListener('abort', end, { once: true });
  const interrupts = new Interrupts(reader, printer, () => shell.now());
  const conversation: Conversation = { top: DEFAULT_TOP, thread: [], over: false };
  reader.prompt();
  for await (const line of reader) {
    await interrupts.during((signal) =>
      perform({ ...context, signal: AbortSignal.any([signal, shell.signal]) }, line, conversation),
    );
    progress.end();
    if (conversation.over || shell.signal.aborted) break;
    reader.prompt();
  }
  shell.signal.removeEventListener('abort', end);
  reader.close();
  // The shell's prompt should not stand behind this one.
  if (!conversation.over) await printer.raw('');
}

/** What Ctrl-C means: stop the work, or clear the line, or, twice on an empty line, end. */
class Interrupts {
  #work: AbortController | undefined;
  #lastAt = -Infinity;

  constructor(reader: Interface, printer: Printer, now: () => number) {
    reader.on('SIGINT', () => {
      if (this.#work) {
        this.#work.abort();
      } else if (reader.line !== '') {
        reader.write(null, { ctrl: true, name: 'e' });
        reader.write(null, { ctrl: true, name: 'u' });
      } else if (now() - this.#lastAt < SECOND_INTERRUPT_MS) {
        reader.close();
      } else {
        this.#lastAt = now();
        printer.note('\nCtrl-C again ends; so does Ctrl-D.');
        reader.prompt();
      }
    });
  }

  /** Runs `work`, which Ctrl-C stops. */
  async during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#work = new AbortController();
    try {
      await work(this.#work.signal);
    } finally {
      this.#work = undefined;
    }
  }
}

/** One line: a command, a question, or nothing. */
async function perform(context: Context, line: string, conversation: Conversation): Promise<void> {
  const input = line.trim();
  if (input === '') return;
  try {
    if (input.startsWith('/')) {
      await runCommand(context, input, conversation);
      return;
    }
    const answer = await ask(context, input, { top: conversation.top }, conversation.thread);
    if (!answer) return;
    const earlier = answer.understoodAs === null ? [] : conversation.thread;
    conversation.thread = [...earlier, input].slice(-MAX_THREAD);
  } catch (thrown) {
    await context.printer.failure({}, toFailure(thrown));
  }
}

/** Adds the sample articles to a library that has never held anything. */
async function addSamples(context: Context): Promise<void> {
  const library = await context.library();
  const { articles, lastChangedAt } = library.status();
  if (articles > 0 || lastChangedAt !== null) return;
  const { samplesDir } = context.shell;
  const names = await readdir(samplesDir).catch(() => []);
  const samples = names.filter((name) => name.endsWith('.md')).sort();
  if (samples.length === 0) return;
  context.printer.note('The library is new: adding the sample articles.');
  await add(
    context,
    samples.map((name) => join(samplesDir, name)),
  );
}

async function welcome({ shell, printer }: Context, library: Library): Promise<void> {
  const { colours } = printer.look;
  const articles = library.list();
  const count = articles.length === 1 ? '1 article' : `${articles.length} articles`;
  const lines = ['', `${colours.bold('Footnote')} ${shell.version} answers by quoting its articles. It has ${count}.`];
  if (articles.some(({ source }) => source.startsWith(shell.samplesDir))) {
    lines.push('Ask something, for example:', ...EXAMPLES.map((question) => `  ${colours.cyan(question)}`));
  } else {
    lines.push('Ask something.');
  }
  lines.push(
    `${colours.bold('/add')} URL or FILE adds an article, ${colours.bold('/help')} shows every command, Ctrl-D ends.`,
    '',
  );
  await printer.raw(lines.join('\n'));
}
