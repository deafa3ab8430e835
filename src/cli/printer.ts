import pc from 'picocolors';
import type { Failure } from '../errors.js';
import { jsonLine } from './json-line.js';
import { READER_GONE, type Shell } from './shell.js';
import { defuse, defuseLine, wrap } from './terminal-text.js';

type Colours = ReturnType<typeof pc.createColors>;

/** How text is laid out for people. */
export interface Look {
  readonly colours: Colours;
  /** The terminal shows colours and weights; without, a highlight is marked by signs. */
  readonly styled: boolean;
  /** Columns of a line. */
  readonly width: number;
  /** What stands before a command's name in a hint: `footnote ` or `/`. */
  readonly invocation: string;
}

/** Where a command's results and troubles go: text for people, or with `--json` one object a line. */
export interface Printer {
  readonly json: boolean;
  readonly look: Look;
  /** Something failed since the start. */
  readonly failed: boolean;
  /** One result: `record` as a line of JSON, or the text for people. */
  result(record: object, text: (look: Look) => string): Promise<void>;
  /** A line that is already in its final form, whatever `--json` says. */
  raw(line: string): Promise<void>;
  /** What went wrong, with what it is about: on standard error, or with `--json` a line among the results. */
  failure(about: Readonly<Record<string, unknown>>, failure: Failure): Promise<void>;
  /** The same on standard error, whatever `--json` says. */
  failureAside(about: Readonly<Record<string, unknown>>, failure: Failure): Promise<void>;
  /** A remark on standard error, whatever `--json` says. */
  note(text: string): void;
}

/** Where a terminal does not say how wide it is. */
const DEFAULT_WIDTH = 80;
/** Longer lines are hard to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 20;
/** Room for the sign before a failure. */
const SIGN_COLUMNS = 2;

/** A printer on the streams of `shell`; `around` is called while something is written, to move a progress bar out of the way. */
export function openPrinter(
  shell: Shell,
  { json, invocation }: { readonly json: boolean; readonly invocation: string },
  around: (write: () => void) => void,
): Printer {
  const errorColours = pc.createColors(shell.colour.stderr);
  const look: Look = {
    colours: pc.createColors(shell.colour.stdout),
    styled: shell.colour.stdout,
    invocation,
    get width() {
      return Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, shell.stdout.columns || DEFAULT_WIDTH));
    },
  };
  let failed = false;

  /** Settles when the line was taken, or nobody is there to take it. */
  function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
    return new Promise((done) => {
      around(() => void stream.write(`${text}\n`, () => done()));
    });
  }

  /** A remark as wide as its terminal; elsewhere as it is, so that a log has it on one line. */
  function fitted(text: string): string {
    if (!shell.stderr.isTTY) return text;
    const lines = wrap(text, (shell.stderr.columns || DEFAULT_WIDTH) - SIGN_COLUMNS);
    return lines.map(({ start, end }) => text.slice(start, end)).join('\n');
  }

  const failureAside: Printer['failureAside'] = async (about, { code, message }) => {
    failed = true;
    if (shell.signal.reason === READER_GONE) return;
    const [subject] = Object.values(about);
    const what = typeof subject === 'string' ? `${defuseLine(subject)}: ` : '';
    const text = fitted(`${what}${defuse(message)}`);
    await write(shell.stderr, `${errorColours.red('✗')} ${text} ${errorColours.dim(`(${code})`)}`);
  };

  return {
    json,
    look,
    get failed() {
      return failed;
    },
    result: (record, text) => write(shell.stdout, json ? jsonLine(record) : text(look)),
    raw: (line) => write(shell.stdout, line),
    async failure(about, failure) {
      if (!json) return failureAside(about, failure);
      failed = true;
      const { code, message } = failure;
      if (shell.signal.reason !== READER_GONE)
        await write(shell.stdout, jsonLine({ ...about, error: { code, message } }));
    },
    failureAside,
    note(text) {
      if (shell.signal.reason !== READER_GONE) void write(shell.stderr, fitted(defuse(text)));
    },
  };
}
