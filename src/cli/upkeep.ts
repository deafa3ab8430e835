import { throwIfAborted } from '../errors.js';
import type { DamagedArticle } from '../library.js';
import { gapText, statusText } from './article-text.js';
import type { Context } from './context.js';

/** `reindex [--force]`: builds a new index and switches to it; questions are answered from the old one until then. */
export async function reindex(context: Context, force: boolean): Promise<void> {
  const library = await context.library();
  const onProgress = (done: number, total: number) => {
    context.progress.update(total > 0 ? done / total : 1, `${done}/${total} passages`);
  };
  const report = await library.reindex({ force, signal: context.signal, onProgress });
  context.progress.end();
  const { articles, passages, embedded, reused, seconds, damaged } = report;
  for (const { id, error } of damaged) await context.printer.failure({ id }, error);
  await context.printer.result(
    { articles, passages, embedded, reused, seconds },
    () =>
      `${articles} articles, ${passages} passages: ${embedded} embedded, ${reused} as they were, in ${seconds.toFixed(1)} s`,
  );
}

/** `status`: counts and health; all that is stored is read for it. */
export async function status(context: Context): Promise<void> {
  const library = await context.library();
  await library.check(context.signal);
  const state = library.status();
  await context.printer.result(state, (look) => statusText(state, look));
}

/** `gaps`: questions without an answer, most frequent first; `--clear` forgets them. */
export async function gaps(context: Context, clear: boolean): Promise<void> {
  const library = await context.library();
  if (clear) {
    const cleared = library.clearGaps();
    return context.printer.result({ cleared }, () => `${cleared} questions forgotten`);
  }
  const unanswered = await library.gaps();
  for (const gap of unanswered) await context.printer.result(gap, (look) => gapText(gap, look));
  if (unanswered.length === 0) context.printer.note('Every question so far has found an answer.');
}

/**
 * `export`: the library as JSON lines, with or without `--json`. Standard output is a file of its own here: what could not
 * be written is said beside it.
 */
export async function exportLines(context: Context): Promise<void> {
  const { printer } = context;
  const damaged: DamagedArticle[] = [];
  for (const line of (await context.library()).export((article) => void damaged.push(article))) {
    throwIfAborted(context.signal);
    await printer.raw(line);
  }
  for (const { id, error } of damaged) await printer.failureAside({ id }, error);
}
