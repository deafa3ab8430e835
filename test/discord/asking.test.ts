import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addFile, expectClean, openStage, privately, said, sample, type Stage } from './bot.js';
import { interactiveComponents, messageText, type DiscordMessage } from './double/discord-double.mjs';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await addFile(stage, sample('pencil.md'));
  await addFile(stage, sample('fresnel-lens.md'));
}, 150_000);
afterAll(() => stage.close());
afterEach(() => expectClean(stage));

const PENCIL = 'Who found a substitute for English graphite?';
/** Never asked before, so that the bot is a while at it: what was asked lately is answered at once. */
const untold = (() => {
  let number = 0;
  return () => `Which pencil was the best one of all the ${++number} thousand pencils?`;
})();
const NOT_THERE = 'What is the boiling point of liquid nitrogen at two atmospheres?';

/** Someone who has asked nothing yet, so that no limit is met by accident. */
const newcomer = (locale?: string) =>
  stage.double.addMember(stage.guild, { username: 'newcomer', ...(locale && { locale }) });
const ask = (question: string, more = {}) =>
  stage.double.slash(stage.channel, newcomer(), 'ask', { question, ...more });
const labels = (message: DiscordMessage | null) => interactiveComponents(message).map((one) => one.label);

describe('/ask', () => {
  it('acknowledges at once, then quotes with the highlight, its source and buttons', async () => {
    const { message, firstAfterMs, ephemeral } = await ask(PENCIL).final();
    expect(firstAfterMs).toBeLessThan(1000);
    expect(ephemeral).toBe(false);
    expect(messageText(message)).toMatch(/^### Who found a substitute/);
    expect(messageText(message)).toMatch(/> .*\*\*[^*]*Conté[^*]*\*\*/);
    expect(messageText(message)).toContain('A short history of the pencil');
    expect(labels(message)).toEqual(expect.arrayContaining(['In context', 'More passages', 'Helpful', 'Not helpful']));
    expect(message?.mention_everyone).toBe(false);
  });

  it('is private where it is asked to be', async () => {
    expect((await ask(PENCIL, { private: true }).final()).ephemeral).toBe(true);
  });

  it('says when the library does not hold an answer, and offers what is nearest', async () => {
    const result = await ask(NOT_THERE).final();
    expect(said(result)).toContain('does not hold an answer');
    expect(labels(result.message)).toEqual(['Nearest passages']);
    const nearest = await stage.double.clickButton(result, stage.bob, 'Nearest passages').final();
    expect(nearest.ephemeral).toBe(true);
    expect(said(nearest)).toMatch(/Nearest to .*\n> /s);
  });

  it('speaks Chinese to whose client does', async () => {
    const { double, channel } = stage;
    const result = await double.slash(channel, newcomer('zh-CN'), 'ask', { question: NOT_THERE }).final();
    expect(said(result)).toContain('资料库里没有这个问题的答案');
    const traditional = await double.slash(channel, newcomer('zh-TW'), 'ask', { question: NOT_THERE }).final();
    expect(said(traditional)).toContain('資料庫裡沒有這個問題的答案');
  });

  it.each([
    ['of nothing', '   ', /Ask me something in words/],
    ['of emoji', '🎾🎾', /no words/],
    ['of 501 letters', 'x'.repeat(501), /longer than 500/],
  ])('%s is told what to do, privately', async (_, question, what) => {
    expect(await privately(stage.double, ask(question))).toMatch(what);
  });

  it('slows down a person who asks in a burst, privately, and nobody else', async () => {
    const { double, channel, alice, bob } = stage;
    const results = await Promise.all(
      Array.from({ length: 6 }, () => double.slash(channel, alice, 'ask', { question: PENCIL }).final()),
    );
    const slowed = results.filter((result) => said(result).includes('One at a time'));
    expect(slowed).toHaveLength(1);
    expect(slowed[0]?.ephemeral).toBe(true);
    expect(said(await double.slash(channel, bob, 'ask', { question: PENCIL }).final())).toContain('Conté');
  });

  it('answers twenty at once, in the order in which they were asked', async () => {
    const { double } = stage;
    const room = double.addChannel(stage.guild, { name: 'crowded' });
    const asked = Array.from(
      { length: 20 },
      () => double.sendMessage(room, newcomer(), PENCIL, { mentionsBot: true }).id,
    );
    const answers = await double.waitUntil(() => {
      const found = double.messages(room).filter((one) => one.author.bot);
      return found.length >= 20 && found;
    }, 60_000);
    expect(answers.map((one) => one.message_reference?.message_id)).toEqual(asked);
  });
});

describe('buttons under an answer', () => {
  it('show more passages and the context to whoever presses', async () => {
    const { double, bob } = stage;
    const answer = await ask(PENCIL).final();
    const context = await double.clickButton(answer, bob, 'In context').final();
    expect(context.ephemeral).toBe(true);
    expect(said(context)).toContain('A short history of the pencil');
    expect(said(context).length).toBeGreaterThan(300);
    const more = await double.clickButton(answer, bob, 'More passages').final();
    expect(more.ephemeral).toBe(true);
    expect(said(more)).toMatch(/^-# More passages on/);
  });

  it('count an opinion once a person', async () => {
    const { double, bob, keeper, channel } = stage;
    const answer = await ask(PENCIL).final();
    expect(await privately(stage.double, double.clickButton(answer, bob, 'Helpful'))).toContain('Thank you');
    expect(await privately(stage.double, double.clickButton(answer, bob, 'Not helpful'))).toContain('already');
    const status = await double.slash(channel, keeper, 'library status').final();
    expect(said(status)).toContain('1 helpful, 0 not helpful');
  });

  it.each([
    'more:AAAAAAAAAAAAAAAA',
    'context:AAAAAAAAAAAAAAAA:0',
    'helpful:AAAAAAAAAAAAAAAA',
    'explode:AAAAAAAAAAAAAAAA',
    'nonsense',
  ])('of yesterday, or forged (%s), get a private sentence', async (customId) => {
    const answer = await ask(PENCIL).final();
    const stored = (
      stage.double as unknown as { world: { findMessageAnywhere(id: string): DiscordMessage } }
    ).world.findMessageAnywhere(answer.message!.id);
    const button = interactiveComponents(stored).find((one) => one.label === 'Helpful') as { custom_id: string };
    button.custom_id = customId;
    expect(await privately(stage.double, stage.double.clickButton(answer, newcomer(), customId))).toContain(
      'do not know that button',
    );
  });
});

describe('messages', () => {
  it('that mention the bot are answered in place, with typing shown and nobody pinged', async () => {
    const { double, channel } = stage;
    const typed = double.typingCount(channel);
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    const answer = await double.waitForMessage(
      channel,
      (one) => one.message_reference?.message_id === asked.id,
      20_000,
    );
    expect(messageText(answer)).toContain('Conté');
    expect(answer.mentions).toEqual([]);
    expect(double.typingCount(channel)).toBeGreaterThan(typed);
  });

  it('that reply to an answer are understood with what was asked', async () => {
    const { double, channel } = stage;
    const person = newcomer();
    const first = await double
      .slash(channel, person, 'ask', { question: 'Who proposed a stepped lens in 1748?' })
      .final();
    const reply = double.sendMessage(channel, person, 'and why?', { replyTo: first.message! });
    const answer = await double.waitForMessage(
      channel,
      (one) => one.message_reference?.message_id === reply.id,
      20_000,
    );
    expect(messageText(answer)).toMatch(/Understood as: .*stepped lens/);
  });

  it('of others are none of its business', async () => {
    const { double, channel } = stage;
    double.sendMessage(channel, newcomer(), 'What a day!');
    const asked = double.sendMessage(channel, newcomer(), PENCIL, { mentionsBot: true });
    const answer = await double.waitForMessage(
      channel,
      (one) => one.message_reference?.message_id === asked.id,
      20_000,
    );
    expect(double.messages(channel).filter((one) => BigInt(one.id) > BigInt(asked.id) && one.author.bot)).toHaveLength(
      1,
    );
    expect(answer.author.id).toBe(double.botId);
  });

  it('with a mistake are told so by direct message, with a mark under them', async () => {
    const { double, channel } = stage;
    const person = newcomer();
    const asked = double.sendMessage(channel, person, '', { mentionsBot: true });
    await double.waitForReaction(asked, { emoji: '❔' });
    const told = await double.waitForMessage(double.openDm(person));
    expect(told.content).toContain('Ask me something in words');
  });

  it('that are direct hear where to ask', async () => {
    const { double } = stage;
    const dm = double.openDm(newcomer());
    double.sendMessage(dm, (dm as unknown as { recipients: { id: string }[] }).recipients[0]!, 'Who are you?');
    expect((await double.waitForMessage(dm, (one) => one.author.bot === true)).content).toContain(
      'I answer in servers',
    );
  });

  it('deleted while they are answered get no answer, and their author hears why', async () => {
    const { double, channel } = stage;
    const person = newcomer();
    const asked = double.sendMessage(channel, person, untold(), { mentionsBot: true });
    double.deleteMessage(asked);
    const told = await double.waitForMessage(double.openDm(person), () => true, 20_000);
    expect(told.content).toContain('deleted before I had answered');
  });

  it('in a channel that is deleted while they are answered are told by direct message', async () => {
    const { double, guild } = stage;
    const room = double.addChannel(guild, { name: 'short-lived' });
    const [writer, commander] = [newcomer(), newcomer()];
    double.sendMessage(room, writer, untold(), { mentionsBot: true });
    const handle = double.slash(room, commander, 'ask', { question: untold() });
    await handle.firstResponse();
    double.deleteChannel(room);
    expect((await double.waitForMessage(double.openDm(commander), () => true, 20_000)).content).toContain(
      'channel was deleted',
    );
    expect((await double.waitForMessage(double.openDm(writer), () => true, 20_000)).content).toContain(
      'channel was deleted',
    );
    // What was on its way when the channel went is refused by Discord.
    double.violations
      .splice(0)
      .forEach((one) => expect([one.code, one.path]).toEqual([10003, expect.stringMatching(/\/(?:typing|messages)$/)]));
  });

  it('where the bot may not write bring its author what is missing', async () => {
    const { double, guild } = stage;
    const room = double.addChannel(guild, {
      name: 'silent',
      permissionOverwrites: [{ id: double.botId, type: 1, deny: ['SendMessages'] }],
    });
    const person = newcomer();
    double.sendMessage(room, person, PENCIL, { mentionsBot: true });
    expect((await double.waitForMessage(double.openDm(person), () => true, 20_000)).content).toContain(
      'I may not write in',
    );
    expect((await stage.bot.logged(/may not write/)).level).toBe(40);
  });
});

describe('settings', () => {
  it('make a channel an ask channel, and answer in threads that go on', async () => {
    const { double, guild, channel, keeper } = stage;
    const room = double.addChannel(guild, { name: 'ask-here' });
    const panel = await double.slash(channel, keeper, 'library settings').final();
    const saved = async (which: RegExp, values: string[]) => {
      expect(said(await double.selectMenu(panel, keeper, which, values).final())).toContain('Saved');
    };
    await saved(/askChannels/, [room.id]);
    const person = newcomer();
    const asked = double.sendMessage(room, person, PENCIL);
    await double.waitForMessage(room, (one) => one.message_reference?.message_id === asked.id, 20_000);

    await saved(/answerIn/, ['thread']);
    const second = double.sendMessage(room, person, 'Who proposed a stepped lens in 1748?');
    const thread = await double.waitForMessage({ id: second.id }, (one) => one.author.bot === true, 20_000);
    expect(messageText(thread)).toContain('Buffon');
    const next = double.sendMessage({ id: second.id }, person, 'and why?');
    const followed = await double.waitForMessage(
      { id: second.id },
      (one) => one.message_reference?.message_id === next.id,
      20_000,
    );
    expect(messageText(followed)).toMatch(/Understood as: .*stepped lens/);

    await saved(/answerIn/, ['channel']);
    await saved(/excerpts/, ['1']);
    const one = await ask(PENCIL).final();
    expect(interactiveComponents(one.message).filter(({ label }) => label === 'In context')).toHaveLength(1);
    await saved(/answerThreshold/, ['0.9']);
    await saved(/answerThreshold/, ['default']);
    await saved(/excerpts/, ['3']);
    await saved(/askChannels/, []);
  });
});

describe('logs', () => {
  it('hold no question', () => {
    expect(stage.bot.log.length).toBeGreaterThan(5);
    expect(JSON.stringify(stage.bot.log)).not.toContain('graphite');
  });
});
