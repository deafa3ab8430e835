import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addFile, expectClean, openStage, privately, said, startBot, until, type Stage } from './bot.js';
import { messageText } from './double/discord-double.mjs';

/** A passage for each shelf: some milliseconds each to embed, so that there is a middle to be in. */
const shelves = (first: number, count: number): string =>
  Array.from(
    { length: count },
    (_, at) =>
      `Shelf ${first + at} of the map room holds the charts of coast ${first + at}, which were drawn by the survey of ${1700 + at}. ` +
      'Each sheet shows the depths at low water, the marks that lead into the harbour, and the nature of the ground. '.repeat(
        4,
      ),
  ).join('\n\n');
/** The first edit shows nothing done yet; how soon another follows depends on the machine. */
const UNDER_WAY = /[▰▱]+.* %/;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await addFile(stage, { filename: 'map-room.txt', content: `The map room\n\n${shelves(1, 40)}` });
}, 120_000);
afterAll(() => stage.close());
afterEach(() => expectClean(stage));

const reindex = (options = {}) => stage.double.slash(stage.channel, stage.keeper, 'reindex', options);

describe('/reindex', () => {
  it('shows progress, goes on answering, and says what it did', async () => {
    const { double, channel, bob } = stage;
    const handle = reindex({ force: true });
    const running = await until(double, handle, UNDER_WAY);
    expect(running.ephemeral).toBe(false);
    const asked = await double
      .slash(channel, bob, 'ask', { question: 'Which charts does shelf 12 of the map room hold?' })
      .final();
    expect(said(asked)).toContain('charts of coast');
    await until(double, handle, /Reindexed \d+ passages of \d+ article/, 60_000);
  });

  it('runs once, and is cancelled by whoever started it alone', async () => {
    const { double, bob, keeper } = stage;
    const handle = reindex({ force: true });
    const { message } = await handle.final();
    expect(await privately(double, reindex())).toContain('runs already');
    expect(await privately(double, double.clickButton(message!, bob, 'Cancel'))).toContain('belongs to whoever');
    const cancel = double.clickButton(message!, keeper, 'Cancel');
    await cancel.firstResponse();
    const stopped = await until(double, handle, /Stopped. The old index stays in use/);
    expect(stopped.message?.components).not.toContainEqual(expect.objectContaining({ label: 'Cancel' }));
    expect(said(await double.slash(stage.channel, keeper, 'library status').final())).toContain('All is well');
  });

  it('goes on in an ordinary message when the token of the command is over', async () => {
    const { double, channel } = stage;
    const handle = reindex({ force: true });
    const { message } = await handle.final();
    handle.expire();
    const done = await double.waitForMessage(
      channel,
      (one) => /Reindexed \d+ passages/.test(messageText(one)),
      60_000,
      { after: message! },
    );
    expect(done.id).not.toBe(message!.id);
    expect(messageText(double.message(message!))).toContain(`/${done.id}`);
    expect(double.violations.splice(0).map(({ code }) => code)).toEqual([50027]);
  });

  it('names what is damaged, and does the rest', async () => {
    const { double, dataDir, guild, keeper } = stage;
    await addFile(stage, {
      filename: 'ledger.txt',
      content: 'The ledger\n\nThe ledger lists every barrel of oil since 1823.',
    });
    const database = new Sqlite(join(dataDir, guild.id, 'library.db'));
    database.exec("UPDATE texts SET text = replace(text, '1823', '1832')").close();
    const done = await until(double, reindex(), /Reindexed \d+ passages/, 60_000);
    expect(said(done)).toContain('1 article could not be cut anew, because the stored text is damaged.');
    const [line] = stage.bot.log.filter(({ msg }) => msg === 'reindexed').slice(-1);
    expect(line!['damaged']).toEqual([expect.stringMatching(/^[0-9a-z]{10}$/)]);
    expect(stage.bot.log).toContainEqual(
      expect.objectContaining({ level: 40, msg: expect.stringContaining('The text of "The ledger"') as string }),
    );
    const status = () => double.slash(stage.channel, keeper, 'library status').final();
    expect(said(await status())).toContain('The text of "The ledger" was changed in the database');
    const exported = await double.slash(stage.channel, keeper, 'library export').final();
    expect(said(exported)).toContain('⚠️ Without 1 article, because the stored text is damaged.');
    await addFile(stage, {
      filename: 'ledger.txt',
      content: 'The ledger\n\nThe ledger lists every barrel of oil since 1823.',
    });
    expect(said(await status())).toContain('All is well');
  });

  it('shows in the presence', async () => {
    const { double } = stage;
    const isShown = (): boolean =>
      double.presences.some(({ activities }) => /^reindexing \d+ %$/.test(activities[0]?.state ?? ''));
    // Discord takes few presence updates, so a short reindex may pass between two of them.
    for (let times = 0; times < 20 && !isShown(); times += 1) {
      await until(double, reindex({ force: true }), /Reindexed \d+ passages/, 60_000);
    }
    expect(isShown()).toBe(true);
  });

  it('keeps to the rate limit', async () => {
    const { double } = stage;
    const limited = double.rateLimitedCount;
    double.failNext('PATCH', '/messages/@original$', { status: 429, body: { retry_after: 2 } });
    await until(double, reindex({ force: true }), /Reindexed \d+ passages/, 60_000);
    expect(double.rateLimitedCount).toBe(limited + 1);
  });

  it.each([
    ['a kill', 'SIGKILL', { code: null, signal: 'SIGKILL' }],
    ['a stop', 'SIGTERM', { code: 0, signal: null }],
  ] as const)('that %s cut off goes on after the restart, in the same message', async (_, signal, end) => {
    const { double, dataDir } = stage;
    const handle = reindex({ force: true });
    const { message } = await until(double, handle, UNDER_WAY);
    stage.bot.kill(signal);
    expect(await stage.bot.ended()).toEqual(end);
    stage.bot = startBot(double, dataDir);
    await stage.bot.logged(/going on with a reindex/, 30_000);
    const done = await double.waitUntil(() => {
      const now = double.message(message!);
      return /Reindexed \d+ passages/.test(messageText(now)) && now;
    }, 60_000);
    expect(messageText(done)).toContain('Goes on after a restart');
    expect(said(await double.slash(stage.channel, stage.keeper, 'library status').final())).toContain('All is well');
  });
});
