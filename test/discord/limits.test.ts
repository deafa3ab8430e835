import { describe, expect, it } from 'vitest';
import {
  Lanes,
  MAX_WAITING_IN_CHANNEL,
  PERSON_QUESTIONS,
  RateLimiter,
  SERVER_QUESTIONS,
} from '../../src/discord/limits.js';
import { progressBar, ProgressShow } from '../../src/discord/progress.js';
import { refuse } from '../../src/discord/refusing.js';
import { Work } from '../../src/discord/work.js';
import { ENGLISH } from '../../src/discord/words.js';

describe('a rate limit', () => {
  it('takes a burst, then one at a time, and says how long to wait', () => {
    let now = 0;
    const limiter = new RateLimiter({ burst: 3, everyMs: 1000 }, () => now);
    expect([1, 2, 3].map(() => limiter.take('alice'))).toEqual([0, 0, 0]);
    expect(limiter.take('alice')).toBe(1000);
    expect(limiter.take('bob')).toBe(0);
    now = 400;
    expect(limiter.take('alice')).toBe(600);
    now = 1000;
    expect(limiter.take('alice')).toBe(0);
    expect(limiter.take('alice')).toBe(1000);
  });

  it('is not fooled by a clock that goes back', () => {
    let now = 10_000;
    const limiter = new RateLimiter({ burst: 1, everyMs: 1000 }, () => now);
    limiter.take('alice');
    now = 0;
    expect(limiter.take('alice')).toBe(1000);
  });

  it('remembers a bounded number of people', () => {
    let now = 0;
    const limiter = new RateLimiter({ burst: 1, everyMs: 1 }, () => now);
    for (let person = 0; person < 10_000; person += 1) limiter.take(String(person));
    now = 5;
    limiter.take('one more'); // forgets those whose buckets are full again
    expect(limiter.take('0')).toBe(0);
  });
});

describe('a question', () => {
  it('is refused where a person, a channel or a whole server asks more than its due, or the bot is leaving', async () => {
    let now = 0;
    const surface = {
      work: new Work(),
      lanes: new Lanes(),
      personQuestions: new RateLimiter(PERSON_QUESTIONS, () => now),
      serverQuestions: new RateLimiter(SERVER_QUESTIONS, () => now),
    };
    const asks = (person: string, guildId = 'club', channelId = 'general') =>
      refuse(surface, { text: 'Why?', words: ENGLISH, guildId, channelId, userId: person })?.words ?? 'taken on';
    const crowd = Array.from({ length: SERVER_QUESTIONS.burst }, (_, i) => asks(`person ${i % 20}`));
    expect(new Set(crowd)).toEqual(new Set(['taken on']));
    expect(asks('newcomer')).toBe(ENGLISH.ask.serverTooFast(1));
    expect(asks('newcomer', 'other club')).toBe('taken on');
    now = SERVER_QUESTIONS.everyMs;
    expect(asks('newcomer')).toBe('taken on');

    const answers = ['1', '2', '3', '4', '5'].map((name) => asks(name, 'quiet club'));
    expect(answers.every((one) => one === 'taken on')).toBe(true);
    for (let more = 1; more < PERSON_QUESTIONS.burst; more++) asks('1', 'quiet club');
    expect(asks('1', 'quiet club')).toBe(ENGLISH.ask.tooFast(PERSON_QUESTIONS.everyMs / 1000));

    let end = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (end = resolve));
    const waiting = Array.from({ length: MAX_WAITING_IN_CHANNEL }, () =>
      surface.lanes.run(
        'full',
        () => blocked,
        () => Promise.resolve(),
      ),
    );
    expect(asks('2', 'quiet club', 'full')).toBe(ENGLISH.failures.busy);
    expect(asks('2', 'quiet club', 'empty')).toBe('taken on');
    end();
    await Promise.all(waiting);
    await surface.work.stop(0);
    expect(asks('2', 'quiet club')).toBe(ENGLISH.failures.closed);
  });
});

describe('lanes', () => {
  it('work at once and deliver in order', async () => {
    const lanes = new Lanes();
    const slow = gate<string>();
    const said: string[] = [];
    const say = (word: string): Promise<void> => Promise.resolve(void said.push(word));
    const first = lanes.run('channel', () => slow.promise, say);
    const second = lanes.run('channel', () => Promise.resolve('second'), say);
    await lanes.run('elsewhere', () => Promise.resolve('elsewhere'), say);
    expect(said).toEqual(['elsewhere']);
    slow.resolve('first');
    await Promise.all([first, second]);
    expect(said).toEqual(['elsewhere', 'first', 'second']);
  });

  it('go on after work that failed, and tell only whose it was', async () => {
    const lanes = new Lanes();
    const failing = lanes.run(
      'channel',
      () => Promise.reject(new Error('no')),
      () => Promise.resolve(),
    );
    const said: string[] = [];
    const next = lanes.run(
      'channel',
      () => Promise.resolve('yes'),
      (word) => Promise.resolve(void said.push(word)),
    );
    await expect(failing).rejects.toThrow('no');
    await next;
    expect(said).toEqual(['yes']);
  });

  it('are full in time', async () => {
    const lanes = new Lanes();
    const held = gate<undefined>();
    const running = Array.from({ length: MAX_WAITING_IN_CHANNEL }, () =>
      lanes.run(
        'channel',
        () => held.promise,
        () => Promise.resolve(),
      ),
    );
    expect(lanes.isFull('channel')).toBe(true);
    expect(lanes.isFull('elsewhere')).toBe(false);
    held.resolve(undefined);
    await Promise.all(running);
    expect(lanes.isFull('channel')).toBe(false);
  });
});

describe('progress', () => {
  it('shows the newest state only, one edit at a time', async () => {
    const shown: number[] = [];
    const held = gate<undefined>();
    const done = gate<undefined>();
    const show = new ProgressShow<number>(
      async (state) => {
        shown.push(state);
        if (state === 1) await held.promise;
        if (state === 4) done.resolve(undefined);
      },
      0,
      () => 0,
      () => undefined,
    );
    for (const state of [1, 2, 3, 4]) show.update(state);
    held.resolve(undefined);
    await done.promise;
    await show.end();
    show.update(5);
    expect(shown).toEqual([1, 4]);
  });

  it('has a bar', () => {
    expect(progressBar(0.34, 10)).toBe('▰▰▰▱▱▱▱▱▱▱');
    expect(progressBar(2, 4)).toBe('▰▰▰▰');
  });
});

/** A promise and what settles it. */
function gate<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, resolve: (value) => open(value) };
}
