import { describe, expect, it } from 'vitest';
import { understand } from '../../src/answer/follow-up.js';

const first = 'When did DingTalk launch in Hong Kong?';

describe('understand', () => {
  it.each([
    'and who leads it?',
    'What about its revenue?',
    'Why?',
    'Where do they work?',
    '它的总部在哪里？',
    '为什么？',
  ])('takes %j together with what was asked before', (question) => {
    expect(understand(question, [first])).toEqual({
      text: `${first} ${question}`,
      understoodAs: `${first} → ${question}`,
    });
  });

  it.each(['Who invented the Fresnel lens?', 'How many letters does a pencil write?', '大运河有多长？'])(
    'lets %j stand on its own',
    (question) => {
      expect(understand(question, [first])).toEqual({ text: question, understoodAs: null });
    },
  );

  it('goes back to the last question that stands on its own', () => {
    expect(understand('and why?', ['How long is the Grand Canal?', first, 'and who leads it?']).text).toBe(
      `${first} and why?`,
    );
  });

  it('needs something to follow up on', () => {
    expect(understand('and who leads it?', [])).toEqual({ text: 'and who leads it?', understoodAs: null });
  });
});
