// Articles with questions and known answers, in SQuAD's format, as a library of the real program.
import { readFileSync } from 'node:fs';
import { contentHash } from '../dist/article/identity.js';
import { outline } from '../dist/article/outline.js';
import { CUTTING_RULES, cutAndEmbed } from '../dist/library/cutting.js';
import { openStore } from '../dist/store/store.js';

/** @returns articles with their questions: {title, text, language, questions: [{question, answers}]} */
export function readSquad(file, language) {
  return JSON.parse(readFileSync(file, 'utf8')).data.map((article, index) => ({
    title: `${article.title.replaceAll('_', ' ')} (${index + 1})`,
    language,
    text: article.paragraphs.map(({ context }) => context).join('\n\n'),
    questions: article.paragraphs.flatMap(({ qas }) =>
      qas.map(({ question, answers }) => ({
        question: question.replace(/\s+/g, ' ').trim(),
        answers: answers.map(({ text }) => text),
      })),
    ),
  }));
}

/** A store in `folder` with these articles in it. */
export async function storeOf(folder, articles, embedder) {
  const store = await openStore({ folder, now: Date.now });
  for (const [index, { title, text, language }] of articles.entries()) {
    const key = `text:${title}`;
    if (store.articles.findByKey(key)) continue;
    const { passages } = await cutAndEmbed(
      { title, text, language, blocks: outline(text, [], language) },
      embedder,
      store,
    );
    store.articles.put(
      {
        id: String(index).padStart(10, '0'),
        key,
        origin: { kind: 'bytes', name: title },
        title,
        byline: null,
        siteName: null,
        publishedAt: null,
        language,
        url: null,
        contentHash: contentHash({ title, text }),
        cutting: CUTTING_RULES,
        validators: {},
        text,
        headings: [],
      },
      embedder,
      passages,
    );
  }
  await store.settled();
  return store;
}

/**
 * A library in two languages: every second article of `first`, the others of `second`, which are their translations in the
 * same order; each with the questions of both.
 */
export function mixed(first, second) {
  return first.map((article, index) => {
    const [own, other] = index % 2 === 0 ? [article, second[index]] : [second[index], article];
    const questions = own.questions.flatMap((asked, at) => [
      asked,
      { question: other.questions[at].question, answers: asked.answers },
    ]);
    return { ...own, title: article.title, questions };
  });
}
