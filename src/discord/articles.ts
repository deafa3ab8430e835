/** What is in the library: the list, one article's details, removing it, and reading it again. */
import {
  ButtonStyle,
  ComponentType,
  type AnySelectMenuInteraction,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { FootnoteError } from '../errors.js';
import type { ArticleDetails, ArticleSummary, Library } from '../library.js';
import { resultWords } from './adding.js';
import { CONFIRM_TTL_MS, PANEL_TTL_MS, customId, forget, keep, recall, type Pressed } from './buttons.js';
import {
  ACCENT,
  MAX_CHOICES,
  MAX_CHOICE_LENGTH,
  button,
  container,
  message,
  row,
  sentence,
  separator,
  text,
  type Message,
} from './components.js';
import { nameOf } from './delivery.js';
import { linkToWords } from './fragments.js';
import { blockQuote, cut, harmless, linkLabel, maskedLink, oneLine } from './markdown.js';
import { ProgressShow } from './progress.js';
import { articlesChanged, libraryOf, type Surface } from './surface.js';
import type { Turn } from './turn.js';
import { dateIn, type Words } from './words.js';

const PAGE_SIZE = 10;
const MAX_TITLE = 120;
const MAX_LINE = 100;
const BEGINNING_LENGTH = 500;
const EDIT_INTERVAL_MS = 3_000;
/** Failures of a refresh that are named one by one. */
const MAX_FAILURES_SHOWN = 8;

// ------------------------------------------------------------ the list

/** `/articles [search]` */
export async function listArticles(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const search = turn.interaction.options.getString('search')?.trim() ?? '';
  const key = keep(library.notes, 'articles', { owner: turn.userId, search: search || null }, PANEL_TTL_MS);
  await turn.show(listMessage(library, { key, search, page: 0 }, turn.words));
}

/** Another page of the list; its number is the argument. */
export async function showPage(turn: Turn, { key, argument }: Pressed): Promise<void> {
  await turn.acknowledge('update');
  const library = await turn.library();
  const kept = recall(library.notes, 'articles', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  if (kept.owner !== turn.userId) return turn.tell(turn.words.press.notYours);
  await turn.show(listMessage(library, { key, search: kept.search ?? '', page: Number(argument) || 0 }, turn.words));
}

/** One article, picked from the list; the argument is the page to go back to. */
export async function showArticle(
  turn: Turn<AnySelectMenuInteraction<'cached' | 'raw'>>,
  { key, argument }: Pressed,
): Promise<void> {
  await turn.acknowledge('update');
  const library = await turn.library();
  const kept = recall(library.notes, 'articles', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  if (kept.owner !== turn.userId) return turn.tell(turn.words.press.notYours);
  const article = library.show(turn.interaction.values[0] ?? '');
  await turn.show(detailsMessage(article, customId('page', key, argument), turn.words));
}

function listMessage(
  library: Library,
  { key, search, page }: { key: string; search: string; page: number },
  words: Words,
): Message {
  const all = library.list(search || undefined);
  const shownSearch = oneLine(search, MAX_CHOICE_LENGTH);
  if (all.length === 0) return sentence(search === '' ? words.articles.none : words.articles.noneFound(shownSearch));
  const pages = Math.ceil(all.length / PAGE_SIZE);
  const current = Math.min(Math.max(0, page), pages - 1);
  const shown = all.slice(current * PAGE_SIZE, (current + 1) * PAGE_SIZE);
  const { articles } = words;
  return message(
    container(ACCENT.quiet, [
      text(search === '' ? articles.heading(all.length) : articles.found(all.length, shownSearch)),
      text(shown.map((article) => listLine(article, words)).join('\n')),
      row({
        type: ComponentType.StringSelect,
        custom_id: customId('pick', key, current),
        placeholder: articles.pick,
        options: shown.map((article) => ({
          label: choiceName(article),
          value: article.id,
          description: cut(
            [article.siteName, articles.passages(article.passages)]
              .filter(Boolean)
              .map((one) => harmless(one!))
              .join(' · '),
            MAX_CHOICE_LENGTH,
          ),
        })),
      }),
      ...(pages === 1
        ? []
        : [
            text(articles.page(current + 1, pages)),
            row(
              button(
                customId('page', key, Math.max(0, current - 1)),
                articles.previous,
                ButtonStyle.Secondary,
                current === 0,
              ),
              button(customId('page', key, current + 1), articles.next, ButtonStyle.Secondary, current === pages - 1),
            ),
          ]),
    ]),
  );
}

function listLine(article: ArticleSummary, words: Words): string {
  const known = [article.siteName, article.publishedAt === null ? null : dateIn(words, article.publishedAt)]
    .filter((one) => one !== null && one !== '')
    .map((one) => oneLine(one!, MAX_SITE));
  return [`**${oneLine(article.title, LIST_TITLE)}**`, ...known, words.articles.passages(article.passages)].join(' · ');
}

/** Ten lines of these, escaped, stay within one message. */
const LIST_TITLE = 90;
const MAX_SITE = 40;

function detailsMessage(article: ArticleDetails, back: string, words: Words): Message {
  const { articles } = words;
  const url = article.url === null ? null : linkToWords(article.url, '', null);
  const title = linkLabel(article.title, MAX_TITLE);
  const fact = (label: string, value: string | null): string[] =>
    value === null || value === '' ? [] : [`${label}: ${oneLine(value, MAX_LINE)}`];
  const beginning = cut(article.text, BEGINNING_LENGTH);
  return message(
    container(ACCENT.quiet, [
      text(`### ${url === null ? title : maskedLink(title, url)}`),
      text(
        [
          ...fact(articles.byline, article.byline),
          ...fact(articles.site, article.siteName),
          ...fact(articles.published, article.publishedAt && dateIn(words, article.publishedAt)),
          ...fact(articles.language, article.language),
          ...(article.source === article.url ? [] : fact(articles.source, article.source)),
          ...fact(articles.added, dateIn(words, article.addedAt)),
          ...(article.updatedAt === article.addedAt ? [] : fact(articles.updated, dateIn(words, article.updatedAt))),
          `-# ${articles.size(article.passages, article.characters)}`,
        ].join('\n'),
      ),
      separator(),
      text(blockQuote(beginning)),
      row(button(back, articles.back)),
    ]),
  );
}

// ------------------------------------------------------------ choosing one by its title

/** Completes the title of an article; what is sent is its id. */
export async function completeArticle(
  surface: Surface,
  interaction: AutocompleteInteraction<'cached' | 'raw'>,
): Promise<void> {
  const library = await libraryOf(surface, interaction.guildId);
  const typed = interaction.options.getFocused().trim();
  const names = new Set<string>();
  const choices = library
    .list(typed || undefined)
    .slice(0, MAX_CHOICES)
    .map((article) => {
      const plain = choiceName(article);
      const name = names.has(plain) ? `${cut(plain, MAX_CHOICE_LENGTH - 13)} (${article.id})` : plain;
      names.add(name);
      return { name, value: article.id };
    });
  await interaction.respond(choices);
}

/** The article that was chosen, or whose title was typed in full. @throws unknown-id */
function chosenArticle(library: Library, chosen: string): ArticleSummary {
  const all = library.list();
  const wanted = chosen.trim().toLowerCase();
  const found =
    all.find(({ id }) => id === chosen.trim()) ?? all.find(({ title }) => title.trim().toLowerCase() === wanted);
  if (!found) throw new FootnoteError('unknown-id', 'No article has this title or id.');
  return found;
}

function choiceName({ title, id }: ArticleSummary): string {
  return cut(harmless(title).replace(/\s+/g, ' ').trim(), MAX_CHOICE_LENGTH) || id;
}

// ------------------------------------------------------------ removing

/** `/article remove`: asks first. */
export async function removeArticle(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const library = await turn.library();
  const article = chosenArticle(library, turn.interaction.options.getString('article', true));
  const key = keep(library.notes, 'removal', { owner: turn.userId, id: article.id }, CONFIRM_TTL_MS);
  const { remove } = turn.words;
  await turn.show(
    message(
      container(ACCENT.bad, [
        text(remove.confirm(oneLine(article.title, MAX_TITLE), article.passages)),
        row(button(customId('remove', key), remove.yes, ButtonStyle.Danger), button(customId('keep', key), remove.no)),
      ]),
    ),
  );
}

/** "Remove" and "Keep it" */
export async function decideRemoval(turn: Turn, { key, verb }: Pressed): Promise<void> {
  await turn.acknowledge('update');
  const library = await turn.library();
  const kept = recall(library.notes, 'removal', key);
  if (kept === null) return turn.tell(turn.words.press.unknown);
  if (kept.owner !== turn.userId) return turn.tell(turn.words.press.notYours);
  forget(library.notes, key);
  const { remove } = turn.words;
  const article = verb === 'remove' ? library.remove(kept.id) : library.show(kept.id);
  if (verb === 'remove') articlesChanged(turn.surface, library);
  const title = oneLine(article.title, MAX_TITLE);
  await turn.show(sentence(verb === 'remove' ? remove.removed(title) : remove.kept(title)));
}

// ------------------------------------------------------------ reading again

/** `/article refresh [article]` */
export async function refreshArticles(turn: Turn<ChatInputCommandInteraction<'cached' | 'raw'>>): Promise<void> {
  await turn.acknowledge('private');
  const { surface, words } = turn;
  const library = await turn.library();
  const chosen = turn.interaction.options.getString('article');
  const ids = chosen === null ? undefined : [chosenArticle(library, chosen).id];
  const total = ids?.length ?? library.list().length;
  if (total === 0) return turn.tell(words.refresh.nothing);
  const show = new ProgressShow<number>(
    (done) => turn.show(sentence(words.refresh.running(done, total))),
    EDIT_INTERVAL_MS,
    surface.now,
    (error) => surface.log.info({ error: nameOf(error) }, 'could not show the progress of a refresh'),
  );
  const counts = { added: 0, updated: 0, unchanged: 0, failed: 0 };
  const lines: string[] = [];
  let done = 0;
  for await (const result of library.refresh(ids)) {
    counts[result.status] += 1;
    if (result.status !== 'unchanged')
      lines.push(`${oneLine(result.title ?? result.source, MAX_TITLE)}: ${resultWords(result, words)}`);
    show.update((done += 1));
  }
  await show.end();
  articlesChanged(surface, library);
  const summary = words.refresh.done(counts.updated + counts.added, counts.unchanged, counts.failed);
  await turn.conclude(
    sentence([summary, ...lines.slice(0, MAX_FAILURES_SHOWN).map((line) => `-# ${line}`)].join('\n')),
    summary,
  );
}
