/** The project's own questions with known answers, and the figures that say how well questions were answered. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDERS = ['../../data/', './articles/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

/** Folders with the articles, and the questions on them; `article` and `near` are names of files in these folders. */
export function ownSet() {
  const questions = readFileSync(new URL('questions.json', import.meta.url), 'utf8');
  return { folders: FOLDERS, ...JSON.parse(questions) };
}

/** A question in Chinese characters counts as Chinese, any other as English. */
export function languageOf(question) {
  return /\p{Script=Han}/u.test(question) ? 'zh' : 'en';
}

/**
 * Adds the articles to an empty library and asks everything. Questions across languages are asked twice: where all articles
 * are in the other language, and where there are articles in the question's own as well.
 * @param sources the articles' files
 */
export async function askOwnSet(library, sources, { answerable, unanswerable }) {
  const articles = new Map();
  const add = async (source) => {
    const { id, error } = await library.add(source);
    if (error) throw new Error(error.message);
    articles.get(basename(source.path)).id = id;
  };
  const ask = async ({ question, article, answers }) => {
    const { answered, confidence, excerpts } = await library.ask(question, { record: false });
    return { question, articleId: articles.get(article)?.id ?? null, answers, answered, confidence, excerpts };
  };
  const askAll = async (questions) => {
    const asked = [];
    for (const one of questions) asked.push(await ask(one));
    return asked;
  };
  for (const source of sources) {
    const { language, text } = await library.read(source);
    articles.set(basename(source.path), { source, language, text });
  }
  const sourcesIn = (language) => [...articles.values()].filter((one) => one.language === language);
  const isAcross = ({ question, article }) => languageOf(question) !== articles.get(article).language;
  const across = answerable.filter(isAcross);
  const within = answerable.filter((one) => !isAcross(one));
  const by = (questions, language) => questions.filter(({ question }) => languageOf(question) === language);

  for (const { source } of sourcesIn('en')) await add(source);
  const chineseOnEnglish = await askAll(by(across, 'zh'));
  for (const { source } of sourcesIn('zh')) await add(source);
  const en = await askAll(by(within, 'en'));
  const zh = await askAll(by(within, 'zh'));
  const mixed = await askAll(across);
  const declinable = await askAll(unanswerable.map(({ question }) => ({ question, answers: [] })));
  for (const { id } of sourcesIn('en')) library.remove(id);
  const englishOnChinese = await askAll(by(across, 'en'));
  return {
    texts: new Map([...articles.values()].map(({ id, text }) => [id, text])),
    groups: { en, zh, across: [...chineseOnEnglish, ...englishOnChinese], mixed },
    unanswerable: declinable,
  };
}

/** Does the excerpt, and does its highlight, hold an answer to the question and come from its article? */
export function judge({ articleId, answers, excerpts }) {
  const holds = (text) => answers.some((answer) => text.includes(answer));
  const own = excerpts.map((excerpt) => excerpt.articleId === articleId);
  return {
    passages: excerpts.map(({ text }, index) => own[index] && holds(text)),
    highlights: excerpts.map(({ highlight }, index) => own[index] && highlight !== undefined && holds(highlight.text)),
  };
}

/** Shares of the questions, 0 to 1; lengths of the first excerpts in UTF-16 units. */
export function figuresOf(asked) {
  const judged = asked.map(judge);
  const share = (test) => mean(judged.map((one) => Number(test(one))));
  const lengths = asked.map(({ excerpts }) => excerpts[0]?.text.length ?? 0);
  return {
    passageHit1: share(({ passages }) => passages[0] ?? false),
    passageHit5: share(({ passages }) => passages.slice(0, 5).includes(true)),
    passageMrr5: mean(
      judged.map(({ passages }) => {
        const place = passages.slice(0, 5).indexOf(true);
        return place < 0 ? 0 : 1 / (place + 1);
      }),
    ),
    highlightHit1: share(({ highlights }) => highlights[0] ?? false),
    highlightHit3: share(({ highlights }) => highlights.slice(0, 3).includes(true)),
    answered: mean(asked.map(({ answered }) => Number(answered))),
    rightlyAnswered: mean(asked.map(({ answered }, index) => Number(answered && (judged[index].passages[0] ?? false)))),
    medianLength: quantile(lengths, 0.5),
    meanLength: mean(lengths),
  };
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value that a share `q` of the values lies below. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
