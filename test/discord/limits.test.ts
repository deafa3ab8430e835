import { describe, expect, it } from 'vitest';
import { Lanes, MAX_WAITING_IN_CHANNEL, RateLimiter } from '../../src/discord/limits.js';
import { progressBar, ProgressShow } from '../../src/discord/progress.js';

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
