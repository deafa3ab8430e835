import { toFailure } from '../errors.js';
import { detailsText, summaryText } from './article-text.js';
import type { Context } from './context.js';
import { defuseLine } from './terminal-text.js';

/** `list [WORDS…]`: the articles, newest first. */
export async function list(context: Context, words: readonly string[]): Promise<void> {
  const { printer } = context;
  const articles = (await context.library()).list(words.length > 0 ? words.join(' ') : undefined);
  for (const article of articles) await printer.result(article, (look) => summaryText(article, look));
  if (articles.length > 0) return;
  const { invocation } = printer.look;
  printer.note(
    words.length > 0 ? 'No article matches.' : `The library is empty. Add an article: ${invocation}add URL|FILE`,
  );
}

/** `show ID`: all that is known of an article, and its text. */
export async function show(context: Context, id: string): Promise<void> {
  const library = await context.library();
  try {
    const article = library.show(id);
    await context.printer.result(article, (look) => detailsText(article, look));
  } catch (thrown) {
    await context.printer.failure({ id }, toFailure(thrown));
  }
}

/** `remove ID…`: every id is tried, whatever became of those before it. */
export async function remove(context: Context, ids: readonly string[]): Promise<void> {
  const library = await context.library();
  for (const id of ids) {
    try {
      const article = library.remove(id);
      await context.printer.result(
        article,
        ({ colours }) => `${colours.red('-')} ${colours.cyan(id)}  ${defuseLine(article.title)}`,
      );
    } catch (thrown) {
      await context.printer.failure({ id }, toFailure(thrown));
    }
  }
}
