import { open } from 'node:fs/promises';
import { FootnoteError, toFailure, type Failure } from '../errors.js';
import type { AddProgress, AddResult, Reading, Source } from '../library.js';
import { readingRecord, readingText } from './article-text.js';
import type { Context } from './context.js';
import { linesOf } from './lines.js';
import type { Look } from './printer.js';
import { defuseLine } from './terminal-text.js';

/** Sources that are fetched and read at the same time; their passages are embedded one source after the other. */
const CONCURRENT_SOURCES = 4;

/** A source of the command line, or why it is none. */
interface Given {
  readonly label: string;
  readonly source: Source | FootnoteError;
}

/** `add SOURCE…`: every source is tried, whatever became of those before it. */
export async function add(context: Context, arguments_: readonly string[]): Promise<void> {
  const library = await context.library();
  const given = await expand(context, arguments_);
  const tally = new Tally(context, given.length);
  const adding = inOrder(given, context.signal, async ({ label, source }, index): Promise<AddResult> => {
    try {
      if (source instanceof FootnoteError) throw source;
      const onProgress = (progress: AddProgress) => tally.progress(index, label, progress);
      return { ...(await library.add(source, { signal: context.signal, onProgress })), source: label };
    } catch (thrown) {
      return { source: label, status: 'failed', tookMs: 0, error: toFailure(thrown) };
    }
  });
  for await (const result of adding) await tally.print(result);
  await tally.close();
}

/** `read SOURCE…`: what `add` would add, in full. */
export async function read(context: Context, arguments_: readonly string[]): Promise<void> {
  const library = await context.library();
  const given = await expand(context, arguments_);
  const reading = inOrder(given, context.signal, async ({ label, source }): Promise<[string, Reading | Failure]> => {
    try {
      if (source instanceof FootnoteError) throw source;
      return [label, await library.read(source, { signal: context.signal })];
    } catch (thrown) {
      return [label, toFailure(thrown)];
    }
  });
  for await (const [source, outcome] of reading) {
    if ('code' in outcome) await context.printer.failure({ source }, outcome);
    else await context.printer.result({ source, ...readingRecord(outcome) }, (look) => readingText(outcome, look));
  }
}

/** `refresh [ID…]`: reads articles again from where they came. */
export async function refresh(context: Context, ids: readonly string[]): Promise<void> {
  const library = await context.library();
  const tally = new Tally(context, ids.length === 0 ? library.list().length : ids.length);
  const onProgress = (progress: AddProgress) => tally.progress(tally.done, 'again', progress);
  const wanted = ids.length === 0 ? undefined : ids;
  for await (const result of library.refresh(wanted, { signal: context.signal, onProgress })) {
    if (result.error?.code === 'unknown-id') await context.printer.failure({ id: result.source }, result.error);
    else await tally.print(result);
  }
  await tally.close();
}

/** `import FILE`: adds the articles of an export that are not there yet; `-` is standard input. @throws file-not-found */
export async function importFile(context: Context, path: string): Promise<void> {
  const library = await context.library();
  const lines = linesOf(path === '-' ? context.shell.stdin : await openFile(path), context.signal);
  const tally = new Tally(context, undefined);
  const onProgress = (progress: AddProgress) => tally.progress(tally.done, 'import', progress);
  for await (const result of library.import(lines, { signal: context.signal, onProgress })) await tally.print(result);
  await tally.close();
}

/** Prints results as they come and counts them, with a bar for what is being worked on. */
class Tally {
  /** Sources whose result was printed. */
  done = 0;
  readonly #context: Context;
  readonly #total: number | undefined;
  readonly #counts = { added: 0, updated: 0, unchanged: 0, failed: 0 };

  /** @param total sources there are, where that is known */
  constructor(context: Context, total: number | undefined) {
    this.#context = context;
    this.#total = total;
  }

  /** The source at `index` has come this far. */
  progress(index: number, label: string, progress: AddProgress): void {
    // Of sources that are read at the same time the bar speaks of the first only.
    if (index !== this.done) return;
    const share = progress.step === 'embedding' && progress.total > 0 ? progress.done / progress.total : 0;
    const count = this.#total === undefined || this.#total === 1 ? '' : `${this.done + 1}/${this.#total} `;
    this.#context.progress.update(
      (this.done + share) / (this.#total ?? this.done + 1),
      `${count}${progress.step} ${label}`,
    );
  }

  async print(result: AddResult): Promise<void> {
    const { source, status, id, title, passages, error } = result;
    if (error?.code === 'cancelled') return;
    this.done++;
    this.#counts[status]++;
    if (error && !this.#context.printer.json) return this.#context.printer.failure({ source }, error);
    const record = { source, status, id, title, chunks: passages };
    if (error) await this.#context.printer.failure(record, error);
    else await this.#context.printer.result(record, (look) => resultText(result, look));
  }

  /** Takes the bar away and, after several sources, says how many went how. @throws cancelled */
  async close(): Promise<void> {
    const { progress, printer, signal } = this.#context;
    progress.end();
    const counts = Object.entries(this.#counts).filter(([, count]) => count > 0);
    if (this.done > 1 && !printer.json) {
      await printer.raw(printer.look.colours.dim(counts.map(([status, count]) => `${count} ${status}`).join(', ')));
    }
    if (signal.aborted) {
      throw new FootnoteError('cancelled', 'Stopped. What was finished before is kept; nothing is half-done.', {
        cause: signal.reason,
      });
    }
  }
}

function resultText(
  { status, id = '', title = '', passages = 0, changed, tookMs }: AddResult,
  { colours }: Look,
): string {
  const sign = status === 'unchanged' ? colours.dim('=') : colours.green(status === 'added' ? '+' : '~');
  const details = [`${passages} ${passages === 1 ? 'passage' : 'passages'}`];
  if (changed) details.push(`${changed.added} new, ${changed.removed} gone`);
  if (status !== 'unchanged') details.push(`${(tookMs / 1000).toFixed(1)} s`);
  return `${sign} ${colours.cyan(id)}  ${colours.bold(defuseLine(title))} ${colours.dim(`(${status}, ${details.join(', ')})`)}`;
}

/** The sources that the arguments name, in order; what names none is in its place with the reason. */
async function expand(context: Context, arguments_: readonly string[]): Promise<Given[]> {
  const { expandSource } = await import('../library.js');
  const given: Given[] = [];
  for (const argument of arguments_) {
    try {
      const sources = argument === '-' ? [await standardInput(context)] : await expandSource(argument);
      given.push(...sources.map((source) => ({ label: labelOf(source), source })));
    } catch (thrown) {
      if (!(thrown instanceof FootnoteError)) throw thrown;
      given.push({ label: argument, source: thrown });
    }
  }
  return given;
}

function labelOf(source: Source): string {
  if (source.kind === 'url') return source.url;
  return source.kind === 'file' ? source.path : '-';
}

/** @throws file-not-found */
async function openFile(path: string): Promise<NodeJS.ReadableStream> {
  try {
    return (await open(path)).createReadStream();
  } catch (cause) {
    const remedy = 'give the path of a file that `footnote export` wrote.';
    throw new FootnoteError('file-not-found', `${path} cannot be opened; ${remedy}`, { cause });
  }
}

/** @throws too-large */
async function standardInput({ shell, printer }: Context): Promise<Source> {
  if (shell.stdin.isTTY) printer.note('Paste the article; Ctrl-D on a line of its own ends it.');
  const { maxBytes } = (await shell.config()).fetch;
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of shell.stdin as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > maxBytes) {
      throw new FootnoteError(
        'too-large',
        `Standard input holds more than ${maxBytes} bytes; raise FETCH_MAX_BYTES to read it.`,
      );
    }
    pieces.push(piece);
  }
  return { kind: 'bytes', name: 'standard input', bytes: Buffer.concat(pieces) };
}

/** Results of `work` in the order of the items, a few of which are worked on at a time; ends early when `signal` is aborted. */
async function* inOrder<T, R>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, index: number) => Promise<R>,
): AsyncIterable<R> {
  const running: Promise<R>[] = [];
  for (let next = 0; next < items.length || running.length > 0;) {
    while (next < items.length && running.length < CONCURRENT_SOURCES && !signal.aborted) {
      running.push(work(items[next]!, next));
      next++;
    }
    const first = running.shift();
    if (!first) return;
    yield await first;
  }
}
