import { describe, expect, it } from 'vitest';
import { joinNeighbours } from '../../src/answer/neighbours.js';

const LENGTH = 600;
/** A passage by its place in an article; passages follow each other with a space between. */
const passage = (ordinal: number, score: number, { id = 'a', heading = '', length = LENGTH } = {}) => ({
  passage: { article: { id }, heading, ordinal },
  quoted: { start: ordinal * (length + 1), end: ordinal * (length + 1) + length },
  score,
});
const quoted = (ranked: readonly { quoted: object }[]) => ranked.map((one) => one.quoted);

describe('passages that follow each other', () => {
  it('are quoted as one in the place of the better, whichever comes first in the text', () => {
    const [first, next, other] = [passage(3, 8), passage(4, 6), passage(9, 7.5)];
    expect(joinNeighbours([first, other, next])).toEqual([{ ...first, quoted: { start: 1803, end: 3004 } }, other]);
    const [better, before] = [passage(4, 8), passage(3, 6)];
    expect(joinNeighbours([better, before])).toEqual([{ ...better, quoted: { start: 1803, end: 3004 } }]);
  });

  it.each([
    ['one is hardly likely', passage(3, 8), passage(4, 4)],
    ['another stands between', passage(3, 8), passage(5, 8)],
    ['they are of two articles', passage(3, 8), passage(4, 8, { id: 'b' })],
    ['a heading stands between', passage(3, 8, { heading: 'Oil' }), passage(4, 8, { heading: 'Gas' })],
    ['both are long', passage(3, 8, { length: 900 }), passage(4, 8, { length: 900 })],
  ])('stay apart where %s', (_, ...two) => {
    expect(joinNeighbours(two)).toEqual(two);
  });

  it('are joined by two, each once', () => {
    const three = [passage(4, 8), passage(5, 8), passage(3, 7)];
    expect(quoted(joinNeighbours(three))).toEqual([{ start: 2404, end: 3605 }, three[2]!.quoted]);
    const four = [passage(4, 8), passage(5, 8), passage(3, 7), passage(2, 7)];
    expect(quoted(joinNeighbours(four))).toEqual([
      { start: 2404, end: 3605 },
      { start: 1202, end: 2403 },
    ]);
  });
});
