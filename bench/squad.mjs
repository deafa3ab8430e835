// Articles with questions and known answers, in SQuAD's format, as a library of the real program.
import { readFileSync } from 'node:fs';
import { contentHash } from '../dist/article/identity.js';
import { outline } from '../dist/article/outline.js';
import { CUTTING_RULES, cutAndEmbed } from '../dist/library/cutting.js';
import { openStore } from '../dist/store/store.js';

/** @returns articles with their questions: {title, text, questions: [{question, answers}]} */
export function readSquad(file) {
  return JSON.parse(readFileSync(file, 'utf8')).data.map((article, index) => ({
    title: `${article.title.replaceAll('_', ' ')} (${index + 1})`,
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
export async function storeOf(folder, articles, language, embedder) {
  const store = await openStore({ folder, now: Date.now });
  for (const [index, { title, text }] of articles.entries()) {
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
