import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expandSource, type Source } from '../../src/library.js';
import { libraries } from '../library/open.js';
import { BASELINE, DECLINED, GUARDED, MEDIAN_LENGTH, type Group } from './baseline.js';
import { askOwnSet, figuresOf, judge, ownSet, type Figures, type Replies, type Reply } from './measure.mjs';

/** A figure may be this much lower than its baseline. */
const MAY_FALL = 0.03;
/** In a small group a question is more than that: so many may be lost to chance. */
const QUESTIONS_MAY_FALL = 2;
/** Longer excerpts are found more easily, and nobody wants to read them. */
const MAY_LENGTHEN = 1.2;
/** Twelve articles and a hundred questions take twenty seconds; the limit is for hangs. */
const MOST_MS = 180_000;

const set = ownSet();
const GROUPS = Object.keys(BASELINE) as Group[];
/** A figure of nought has nothing to lose. */
const guards = GROUPS.flatMap((group) =>
  GUARDED.filter((figure) => BASELINE[group][figure] > 0).map((figure) => ({ group, figure })),
);

let sources: Source[];
beforeAll(async () => {
  sources = (await Promise.all(set.folders.map(expandSource))).flat();
});

describe('the set of questions', () => {
  it('names articles that exist, and answers that stand in them word for word', () => {
    const texts = new Map(
      sources.map((source) => {
        if (source.kind !== 'file') throw new Error('an article is not a file');
        return [basename(source.path), readFileSync(source.path, 'utf8')];
      }),
    );
    for (const { article, answers, question } of set.answerable) {
      expect(answers, question).not.toEqual([]);
      for (const answer of answers) expect(texts.get(article), question).toContain(answer);
    }
    for (const { near, question } of set.unanswerable) expect([...texts.keys()], question).toContain(near);
  });

  it('asks nothing twice', () => {
    const questions = [...set.answerable, ...set.unanswerable].map(({ question }) => question);
    expect(new Set(questions).size).toBe(questions.length);
  });
});

describe('the figures', () => {
  const excerpt = (articleId: string, text: string, highlight: string) => ({
    articleId,
    text,
    highlight: { text: highlight },
  });
  const asked = (...excerpts: ReturnType<typeof excerpt>[]) => ({
    articleId: 'a',
    answers: ['1823', 'July'],
    answered: excerpts.length > 1,
    excerpts,
  });

  it('count passages and highlights of the right article that hold one of the answers', () => {
    const figures = figuresOf([
      asked(excerpt('a', 'Lit in 1823. It was dark.', 'Lit in 1823.'), excerpt('a', 'Later.', 'Later.')),
      asked(excerpt('b', 'Lit in 1823.', 'Lit in 1823.'), excerpt('a', 'It was July. Warm.', 'Warm.')),
      asked(excerpt('a', 'It was dark.', 'It was dark.')),
    ]);
    expect(figures).toMatchObject({
      passageHit1: 1 / 3,
      passageHit5: 2 / 3,
      passageMrr5: 0.5,
      highlightHit1: 1 / 3,
      highlightHit3: 1 / 3,
      answered: 2 / 3,
      rightlyAnswered: 1 / 3,
      medianLength: 12,
    });
  });
});

describe('the answers', () => {
  const opened = libraries();
  let replies: Replies;
  let groups: Record<Group, readonly Reply[]>;
  let figures: Record<Group, Figures>;

  beforeAll(async () => {
    const library = await opened.open({ embedding: { model: 'e5-small-zh-en', threads: 2 } }).of('own');
    replies = await askOwnSet(library, sources, set);
    const { en, zh, across } = replies.groups;
    groups = { ...replies.groups, all: [...en, ...zh, ...across] };
    figures = Object.fromEntries(GROUPS.map((group) => [group, figuresOf(groups[group])])) as Record<Group, Figures>;
  }, MOST_MS);

  it.each(guards)('are not worse than they were: $group, $figure', ({ group, figure }) => {
    const least = BASELINE[group][figure] - mayFall(group, groups[group].length);
    expect(figures[group][figure], missesOf(groups[group])).toBeGreaterThanOrEqual(least);
  });

  it.each(['en', 'zh'] as const)('are not longer than they were: %s', (group) => {
    expect(figures[group].medianLength).toBeLessThanOrEqual(MEDIAN_LENGTH[group] * MAY_LENGTHEN);
  });

  it('decline what no article says', () => {
    const { unanswerable } = replies;
    const declined = unanswerable.filter(({ answered }) => !answered).length / unanswerable.length;
    const wrongly = unanswerable.filter(({ answered }) => answered).map(({ question }) => question);
    expect(declined, wrongly.join('\n')).toBeGreaterThanOrEqual(DECLINED - QUESTIONS_MAY_FALL / unanswerable.length);
  });

  it('quote the articles character for character, one sentence of each excerpt brought out', () => {
    const all = [...groups.all, ...groups.mixed, ...replies.unanswerable].flatMap(({ excerpts }) => excerpts);
    expect(all.length).toBeGreaterThan(set.answerable.length);
    for (const { articleId, text, start, end, highlight } of all) {
      const article = replies.texts.get(articleId)!;
      expect(text).toBe(article.slice(start, end));
      expect(highlight.text).toBe(article.slice(highlight.start, highlight.end));
      expect(highlight.start >= start && highlight.end <= end && highlight.text !== '').toBe(true);
    }
  });
});

/** `all` is large enough for three points to mean something; elsewhere two questions may be more. */
function mayFall(group: Group, questions: number): number {
  return group === 'all' ? MAY_FALL : Math.max(MAY_FALL, QUESTIONS_MAY_FALL / questions);
}

/** For people: what went wrong, and what was shown instead. */
function missesOf(replies: readonly Reply[]): string {
  return replies
    .map((reply) => {
      const { passages, highlights } = judge(reply);
      const wrong = [
        passages[0] ? '' : `right passage in place ${passages.indexOf(true) + 1 || 'none'}`,
        highlights[0] ? '' : 'another sentence',
        reply.answered ? '' : 'declined',
      ].filter(Boolean);
      const { title, highlight } = reply.excerpts[0]!;
      const shown = `  ${title}: ${highlight.text}`;
      return wrong.length === 0 ? '' : `${reply.question} (${wrong.join(', ')})\n${shown}\n`;
    })
    .join('');
}
