import { describe, expect, it } from 'vitest';
import { linksIn } from '../../src/discord/adding.js';
import { isDiscordAddress, readAttachment } from '../../src/discord/attachments.js';
import { parseCustomId, customId } from '../../src/discord/buttons.js';
import { COMMANDS } from '../../src/discord/commands.js';
import { presenceText } from '../../src/discord/presence.js';
import { hear, questionIn, questionProblem, type Heard } from '../../src/discord/questions.js';
import { sameCommands } from '../../src/discord/registering.js';
import { ENGLISH, dateIn, wordsFor } from '../../src/discord/words.js';
import { validateCommandList } from './double/validate.mjs';

describe('commands', () => {
  it('are what Discord takes', () => {
    expect(() => validateCommandList(COMMANDS)).not.toThrow();
  });

  it('need the permissions of the contract', () => {
    const needed = Object.fromEntries(COMMANDS.map((one) => [one.name, one.default_member_permissions]));
    const manageMessages = String(1 << 13);
    const manageGuild = String(1 << 5);
    expect(needed).toEqual({
      ask: null,
      articles: null,
      article: manageMessages,
      'Add to library': manageMessages,
      reindex: manageGuild,
      library: manageGuild,
    });
  });

  it('are compared by what they say', () => {
    const registered = COMMANDS.map((one) => ({
      ...one,
      id: '1',
      version: '2',
      nsfw: false,
      dm_permission: true,
    })).reverse();
    expect(sameCommands(registered, COMMANDS)).toBe(true);
    const changed = registered.map((one) => (one.name === 'ask' ? { ...one, description: 'Ask' } : one));
    expect(sameCommands(changed, COMMANDS)).toBe(false);
    expect(sameCommands(registered.slice(1), COMMANDS)).toBe(false);
  });
});

describe('a question', () => {
  it.each([
    ['', 'empty-question'],
    ['   \n ', 'empty-question'],
    ['x'.repeat(501), 'question-too-long'],
  ] as const)('%j has the problem %s', (question, code) => {
    expect(questionProblem(question, ENGLISH)).toBe(ENGLISH.failures[code]);
  });

  it.each(['🎾🎾', '<:smile:123456789012345678>', '?!'])('%s has no words', (question) => {
    expect(questionProblem(question, ENGLISH)).toBe(ENGLISH.ask.noWords);
  });

  it.each(['x'.repeat(500), 'Why?', '为什么？', '2024?'])('%s is fine', (question) => {
    expect(questionProblem(question, ENGLISH)).toBeNull();
  });

  it('is a message without its mentions', () => {
    expect(questionIn('<@123> who won,  <@!456>? <:cup:789> see <#12>')).toBe('who won, ? see');
  });
});

describe('hearing', () => {
  const nothing: Heard = {
    isFromPerson: true,
    isDirect: false,
    mentionsBot: false,
    isReplyToBot: false,
    isInOwnThread: false,
    isInAskChannel: false,
    isReadable: true,
  };
  it.each([
    [{}, 'not-for-us'],
    [{ mentionsBot: true }, 'question'],
    [{ isInAskChannel: true }, 'question'],
    [{ isInOwnThread: true }, 'question'],
    [{ isReplyToBot: true }, 'question'],
    [{ isDirect: true }, 'direct'],
    [{ mentionsBot: true, isFromPerson: false }, 'not-for-us'],
    [{ isInAskChannel: true, isReadable: false }, 'not-for-us'],
    [{ isReplyToBot: true, isReadable: false }, 'unreadable'],
    [{ mentionsBot: true, isReadable: false }, 'question'],
  ] as const)('%j is %s', (heard, what) => {
    expect(hear({ ...nothing, ...heard })).toBe(what);
  });
});

describe('links in a message', () => {
  it('are found without the punctuation around them', () => {
    const content =
      'See https://a.example/x, (https://b.example/y) and <https://c.example/z>! Also https://d.example/w_(v). https://a.example/x';
    expect(linksIn({ content, embeds: [] })).toEqual([
      'https://a.example/x',
      'https://b.example/y',
      'https://c.example/z',
      'https://d.example/w_(v)',
    ]);
  });
});

describe('attachments', () => {
  it.each([
    ['https://cdn.discordapp.com/attachments/1/2/a.pdf?ex=1', undefined, true],
    ['https://media.discordapp.net/attachments/1/2/a.pdf', undefined, true],
    ['http://cdn.discordapp.com/attachments/1/2/a.pdf', undefined, false],
    ['https://cdn.discordapp.com.evil.example/a.pdf', undefined, false],
    ['https://user@cdn.discordapp.com/a.pdf', undefined, false],
    ['https://cdn.discordapp.com:8443/a.pdf', undefined, false],
    ['http://127.0.0.1:4000/attachments/1/2/a.pdf', 'http://127.0.0.1:4000/api', true],
    ['http://127.0.0.1:4001/attachments/1/2/a.pdf', 'http://127.0.0.1:4000/api', false],
    ['file:///etc/passwd', undefined, false],
    ['nonsense', undefined, false],
  ])('%s with the API at %s: %s', (address, apiUrl, isTaken) => {
    expect(isDiscordAddress(address, apiUrl)).toBe(isTaken);
  });

  it('too large are not even asked for', async () => {
    const file = { name: 'a.txt', url: 'https://cdn.discordapp.com/a.txt', size: 30 * 1024 * 1024, contentType: null };
    await expect(readAttachment(file, { maxBytes: 1024, timeoutMs: 1000, apiUrl: undefined })).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

describe('custom ids', () => {
  it('are read back, and nothing else is', () => {
    const id = customId('context', 'abcdefghijklmnop', 2);
    expect(parseCustomId(id)).toEqual({ verb: 'context', key: 'abcdefghijklmnop', argument: '2' });
    for (const forged of ['', 'context', 'context:short', 'context:abcdefghijklmnop:a b', 'CONTEXT:abcdefghijklmnop'])
      expect(parseCustomId(forged)).toBeNull();
  });
});

describe('words', () => {
  it.each([
    ['en-GB', 'en'],
    ['zh-CN', 'zh-CN'],
    ['zh-TW', 'zh-TW'],
    ['de', 'en'],
    [null, 'en'],
  ])('for %s are %s', (locale, language) => {
    expect(wordsFor(locale).language).toBe(language);
  });

  it('have a sentence for every failure', () => {
    for (const locale of ['en', 'zh-CN', 'zh-TW']) {
      for (const [code, said] of Object.entries(wordsFor(locale).failures))
        expect(said.length, `${locale} ${code}`).toBeGreaterThan(5);
    }
  });

  it('write dates as people do, and leave what is no date', () => {
    expect(dateIn(ENGLISH, '2024-11-14T23:30:00-08:00')).toBe('Nov 14, 2024');
    expect(dateIn(wordsFor('zh-CN'), '2024-11-14')).toBe('2024年11月14日');
    expect(dateIn(ENGLISH, '2024')).toBe('2024');
    expect(dateIn(ENGLISH, '2024-99-99')).toBe('2024-99-99');
  });

  it('of the presence', () => {
    expect(presenceText([5, 7], [])).toBe('12 articles · /ask');
    expect(presenceText([1], [])).toBe('1 article · /ask');
    expect(presenceText([], [])).toBe('/article add to begin');
    expect(presenceText([12], [0.349])).toBe('reindexing 34 %');
  });
});
