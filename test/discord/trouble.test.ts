import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addFile, expectClean, openStage, said, sample, startBot, type Stage } from './bot.js';
import { createDiscordDouble, messageText } from './double/discord-double.mjs';

const PENCIL = 'Who found a substitute for English graphite?';

describe('Discord in trouble', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await addFile(stage, sample('pencil.md'));
  }, 150_000);
  afterAll(() => stage.close());
  afterEach(() => {
    stage.double.clearFaults();
    stage.double.setRateLimit(null);
    expectClean(stage);
  });

  const newcomer = () => stage.double.addMember(stage.guild, { username: 'newcomer' });
  const ask = () => stage.double.slash(stage.channel, newcomer(), 'ask', { question: PENCIL });
  const answerTo = (message: { id: string }) =>
    stage.double.waitForMessage(stage.channel, (one) => one.message_reference?.message_id === message.id, 30_000);

  it.each([
    ['cut', { code: 1006 }],
    ['closed', { code: 4000 }],
    ['cut for two seconds', { code: 1006, refuseForMs: 2000 }],
  ])('a gateway that is %s is resumed, and what was asked meanwhile is answered', async (_, drop) => {
    const { double, channel } = stage;
    const resumed = double.gatewayCounts.resumed;
    double.dropGateway(drop);
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    expect(messageText(await answerTo(asked))).toContain('Conté');
    expect(double.gatewayCounts.resumed).toBe(resumed + 1);
  });

  it('a session that is lost is begun anew, and what was asked in the gap is answered, once', async () => {
    const { double, channel } = stage;
    const identified = double.gatewayCounts.identifies;
    double.dropGateway({ code: 1006, resumable: false });
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    expect(messageText(await answerTo(asked))).toContain('Conté');
    expect(double.gatewayCounts.identifies).toBe(identified + 1);
    await ask().final();
    expect(double.messages(channel).filter((one) => one.message_reference?.message_id === asked.id)).toHaveLength(1);
  });

  it('that asks to reconnect is obeyed', async () => {
    const { double } = stage;
    const resumed = double.gatewayCounts.resumed;
    double.requestReconnect();
    await double.waitUntil(() => double.gatewayCounts.resumed > resumed, 15_000);
    expect(said(await ask().final())).toContain('Conté');
  });

  it.each([
    ['three faults of an edit', 'PATCH', '/messages/@original', 3],
    ['five faults of an edit', 'PATCH', '/messages/@original', 5],
    ['a fault of the acknowledgement', 'POST', '/callback', 1],
  ])('%s cost only time', async (_, method, path, times) => {
    stage.double.failNext(method, path, { status: 502, times });
    expect(said(await ask().final({ timeoutMs: 30_000 }))).toContain('Conté');
  });

  it('faults of a message are got over, and it is posted once', async () => {
    const { double, channel } = stage;
    double.failNext('POST', `/channels/${channel.id}/messages$`, { status: 502, times: 5 });
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    await answerTo(asked);
    await ask().final();
    expect(double.messages(channel).filter((one) => one.message_reference?.message_id === asked.id)).toHaveLength(1);
  });

  it('a connection that breaks under a message is got over', async () => {
    const { double, channel } = stage;
    double.failNext('POST', `/channels/${channel.id}/messages$`, { reset: true });
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    expect(messageText(await answerTo(asked))).toContain('Conté');
  });

  it('rate limits are waited for', async () => {
    const { double, channel } = stage;
    const limited = double.rateLimitedCount;
    double.setRateLimit({ perSecond: 2, match: /\/messages$/ });
    const asked = Array.from({ length: 4 }, () =>
      double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true }),
    );
    for (const message of asked) await answerTo(message);
    expect(double.rateLimitedCount).toBeGreaterThan(limited);
  });

  it('that refuses an answer for good leaves nobody without a word', async () => {
    const { double } = stage;
    const person = newcomer();
    double.failNext('PATCH', '/messages/@original', { status: 403, body: { code: 50001, message: 'Missing Access' } });
    const handle = double.slash(stage.channel, person, 'ask', { question: PENCIL });
    const result = await double.waitUntil(
      () => handle.history.length > 1 && handle.result().followups.length > 0 && handle.result(),
      15_000,
    );
    expect(said(result)).toContain('Discord did not take that');
  });

  it('presence says how many articles there are', async () => {
    const { double } = stage;
    await double.waitUntil(
      () => double.presences.some(({ activities }) => activities[0]?.state === '1 article · /ask'),
      20_000,
    );
  });

  it('commands are registered once, also over restarts', async () => {
    const { double, dataDir } = stage;
    const registrations = () =>
      double.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/commands')).length;
    expect(registrations()).toBe(1);
    expect(await stage.bot.stop()).toEqual({ code: 0, signal: null });
    stage.bot = startBot(double, dataDir);
    await stage.bot.logged(/^ready/);
    expect(said(await ask().final())).toContain('Conté');
    expect(registrations()).toBe(1);
  });

  it('a kill loses no question: it is answered after the restart, and an old button still works', async () => {
    const { double, channel, bob, dataDir } = stage;
    const before = await ask().final();
    stage.bot.kill('SIGKILL');
    await stage.bot.ended();
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    stage.bot = startBot(double, dataDir);
    expect(messageText(await answerTo(asked))).toContain('Conté');
    const context = await double.clickButton(before, bob, 'In context').final();
    expect(said(context)).toContain('A short history of the pencil');
  });

  it('a stop finishes what is being answered', async () => {
    const { double, channel, dataDir } = stage;
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    await double.waitUntil(() => double.typingCount(channel) > 0, 5000);
    const handle = ask();
    await handle.firstResponse();
    const began = Date.now();
    expect(await stage.bot.stop()).toEqual({ code: 0, signal: null });
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(said(handle.result())).toContain('Conté');
    await answerTo(asked);
    stage.bot = startBot(double, dataDir);
    await stage.bot.logged(/^ready/);
  });
});

describe('starting', () => {
  it('without the Message Content intent works with mentions and commands, and says what is missing', async () => {
    const stage = await openStage({ privilegedIntents: [] });
    const { double, channel, alice, keeper } = stage;
    expect((await stage.bot.logged(/does not grant the Message Content intent/)).msg).toContain(
      'developers/applications',
    );
    await addFile(stage, sample('pencil.md'));
    const asked = double.sendMessage(channel, alice, PENCIL, { mentionsBot: true });
    expect(
      messageText(
        await double.waitForMessage(channel, (one) => one.message_reference?.message_id === asked.id, 20_000),
      ),
    ).toContain('Conté');
    expect(said(await double.slash(channel, keeper, 'library status').final())).toContain('Message Content intent');
    expectClean(stage);
    await stage.close();
  });

  it('logs an invite link with just the permissions it needs', async () => {
    const stage = await openStage();
    const { invite } = await stage.bot.logged(/^ready/);
    const link = new URL(String(invite));
    expect(link.origin + link.pathname).toBe('https://discord.com/oauth2/authorize');
    expect(link.searchParams.get('scope')).toBe('bot applications.commands');
    // View Channel, Send Messages, … in Threads, Create Public Threads, Read Message History, Add Reactions
    expect(BigInt(link.searchParams.get('permissions')!)).toBe(
      (1n << 10n) | (1n << 11n) | (1n << 38n) | (1n << 35n) | (1n << 16n) | (1n << 6n),
    );
    await stage.close();
  });

  it('with a wrong token says where to get the right one, and ends', async () => {
    const double = await createDiscordDouble();
    const dataDir = mkdtempSync(join(tmpdir(), 'footnote-discord-'));
    const bot = startBot(double, dataDir, { DISCORD_TOKEN: 'not-the-token' });
    expect((await bot.ended()).code).toBe(1);
    expect(bot.log.map(({ msg }) => msg).join('\n')).toMatch(/does not accept DISCORD_TOKEN.*Reset Token/s);
    expect(JSON.stringify(bot.log)).not.toContain('not-the-token');
    await double.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
