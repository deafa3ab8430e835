import { throwIfAborted, toFailure } from '../errors.js';
import type { Answer } from '../library.js';
import { answerRecord, answerText } from './answer-text.js';
import type { Context } from './context.js';
import { linesOf } from './lines.js';
import { defuseLine } from './terminal-text.js';

export interface AskFlags {
  /** Excerpts wanted. @default the library's own */
  readonly top?: number | undefined;
  /** Show what each signal added to an excerpt's score. */
  readonly explain?: boolean;
}

/**
 * Answers one question and prints the answer, or why there is none.
 * @param previous questions it follows up on, oldest first
 * @returns the answer, where there is one
 * @throws cancelled
 */
export async function ask(
  context: Context,
  question: string,
  { top, explain = false }: AskFlags,
  previous?: readonly string[],
): Promise<Answer | undefined> {
  const library = await context.library();
  try {
    const answer = await library.ask(question, { top, previous, signal: context.signal });
    await context.printer.result(answerRecord(answer, explain), (look) => answerText(answer, explain, look));
    return answer;
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    await context.printer.failure({ question }, toFailure(thrown));
    return undefined;
  }
}

/** `ask -`: answers one question a line, in order; blank lines are passed over. */
export async function askLines(context: Context, flags: AskFlags): Promise<void> {
  const { shell, printer, signal } = context;
  if (shell.stdin.isTTY) printer.note('One question a line; Ctrl-D ends.');
  for await (const line of linesOf(shell.stdin, signal)) {
    const question = line.trim();
    if (question === '') continue;
    if (!printer.json) await printer.raw(printer.look.colours.bold(`? ${defuseLine(question)}`));
    await ask(context, question, flags);
    throwIfAborted(signal);
  }
  throwIfAborted(signal);
}
