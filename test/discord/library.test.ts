import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addFile, expectClean, openStage, privately, said, sample, until, type Stage } from './bot.js';
import { interactiveComponents, messageText, type DiscordMessage, type FileGiven } from './double/discord-double.mjs';

let stage: Stage;
let site: Server;
let address: string;
/** What the site shows at `/page`. */
let page = article('The tide mill', 'The tide mill of Eling was rebuilt in 1785 after a storm had broken its dam.');

beforeAll(async () => {
  site = createServer((request, response) => {
    const status = /^\/status\/(\d+)/.exec(request.url ?? '')?.[1];
    if (status) return response.writeHead(Number(status)).end('no');
    if (request.url === '/loop') return response.writeHead(302, { location: '/loop' }).end();
    if (request.url === '/image')
      return response
        .writeHead(200, { 'content-type': 'image/png' })
        .end(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    if (request.url === '/nothing')
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body></body></html>');
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  stage = await openStage({
    env: {
      FETCH_ALLOW_PRIVATE_HOSTS: address.replace('http://', ''),
      FETCH_TIMEOUT_SECONDS: '3',
      LIBRARY_MAX_BYTES: '60kB',
    },
  });
}, 150_000);
afterAll(async () => {
  await stage.close();
  site.close();
});
afterEach(() => expectClean(stage));

function article(title: string, body: string): string {
  const filler = 'Mills of this kind let the rising tide fill a pond and grind while it runs out again. '.repeat(6);
  return `<html lang="en"><head><title>${title}</title></head><body><article><h1>${title}</h1><p>${body}</p><p>${filler}</p></article></body></html>`;
}

const slash = (name: string, options = {}, call = {}) =>
  stage.double.slash(stage.channel, stage.keeper, name, options, call);

describe('/article add', () => {
  it('takes a file, says how it went in words, and offers to try a question', async () => {
    const { double, keeper } = stage;
    const added = await addFile(stage, sample('pencil.md'));
    expect(added.ephemeral).toBe(true);
    expect(said(added)).toMatch(/\*\*A short history of the pencil\*\*\n-# added, \d+ passages · done in [\d.]+ s/);
    const form = double.clickButton(added, keeper, 'Try a question');
    await form.firstResponse();
    const tried = await double
      .submitModal(form, keeper, { question: 'Who found a substitute for English graphite?' })
      .final();
    expect(tried.ephemeral).toBe(true);
    expect(said(tried)).toContain('Conté');
  });

  it('says that the library is full, and what to do', async () => {
    const content = `The ledger\n\n${'The keeper of the light wrote every barrel of oil into a ledger. '.repeat(1_000)}`;
    expect(said(await addFile(stage, { filename: 'ledger.txt', content }))).toContain(
      'The library is full. Remove articles that are no longer needed (`/article remove`), then add again.',
    );
  });

  it('knows an article that is there already', async () => {
    expect(said(await addFile(stage, sample('pencil.md')))).toContain('is in the library already');
    const list = await slash('articles').final();
    expect(said(list)).toContain('## 1 article\n');
  });

  it('takes an address, and says what an update changed', async () => {
    expect(said(await until(stage.double, slash('article add', { url: `${address}/page` }), /added|failed/))).toContain(
      'The tide mill',
    );
    page = article('The tide mill', 'The tide mill of Eling was rebuilt in 1785, and its wheel was renewed in 1980.');
    expect(said(await until(stage.double, slash('article refresh'), /Read again/))).toMatch(
      /1 updated, 1 unchanged, 0 failed/,
    );
    page = page.replace('1980', '1981');
    expect(said(await until(stage.double, slash('article add', { url: `${address}/page` }), /updated/))).toMatch(
      /updated, \d+ passages? \(\d+ new, \d+ gone\)/,
    );
  });

  it('with neither opens a form to paste a text', async () => {
    const { double, keeper } = stage;
    const form = slash('article add');
    expect((await form.firstResponse()).type).toBe(9);
    const pasted = double.submitModal(form, keeper, {
      title: 'The bell buoy',
      text: 'The bell buoy off the point was laid in 1884.\n\nIt rings by itself when the sea moves.',
    });
    expect(said(await until(double, pasted, /added/))).toContain('The bell buoy');
  });

  it('submitted with nothing in it is told so', async () => {
    const form = slash('article add');
    await form.firstResponse();
    expect(
      await privately(stage.double, stage.double.submitModal(form, stage.keeper, { title: ' ', text: '   ' })),
    ).toContain('no text in the form');
  });

  it.each<[string, FileGiven, RegExp]>([
    ['an empty file', { filename: 'empty.txt', content: '' }, /There is nothing in it/],
    [
      'a binary file',
      { filename: 'data.bin', data: Buffer.from([0, 1, 2, 255, 254, 0, 0, 7]) },
      /not text I can read|encoding/,
    ],
    ['a truncated PDF', { filename: 'cut.pdf', content: '%PDF-1.7\n1 0 obj\n<< /Type /Cat' }, /PDF is damaged/],
    [
      'an image that calls itself a text',
      { filename: 'notes.txt', data: Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex') },
      /not text I can read/,
    ],
    ['a file that is gone', { filename: 'gone.txt', content: 'x', status: 404 }, /not there any more/],
    ['a file while Discord has a fault', { filename: 'fault.txt', content: 'x', status: 503 }, /has a fault/],
  ])('of %s is told what to do, and nothing changes', async (_, file, what) => {
    const before = said(await slash('articles').final());
    const told = await until(stage.double, slash('article add', {}, { attachments: { file } }), what);
    expect(told.ephemeral).toBe(true);
    expect(said(await slash('articles').final())).toBe(before);
  });

  it.each([
    ['nonsense', /not a web address/],
    ['ftp://example.org/file', /not a web address/],
    ['http://no-such-host.invalid/', /no such site/],
    ['http://127.0.0.1:1/', /inside a private network/],
    ['http://10.0.0.1/', /inside a private network/],
    ['http://[::1]/', /inside a private network/],
    ['http://2130706433/', /inside a private network/],
    ['SITE/status/404', /does not hand out that page.*404/],
    ['SITE/status/503', /has a fault just now.*503/],
    ['SITE/loop', /leads round in circles/],
    ['SITE/image', /not text I can read/],
    ['SITE/nothing', /found no article/],
  ])('of the address %s is told what to do', async (url, what) => {
    const handle = slash('article add', { url: url.replace('SITE', address) });
    const told = await until(stage.double, handle, what);
    expect(told.ephemeral).toBe(true);
  });
});

describe('Add to library', () => {
  it('takes every link and file of a message', async () => {
    const { double, channel, keeper, alice } = stage;
    const message = double.sendMessage(channel, alice, `Read ${address}/page, it is good.`, {
      attachments: [sample('fresnel-lens.md')],
    });
    const done = await until(
      double,
      double.contextMenu(channel, keeper, 'Add to library', message),
      /Fresnel[^\n]*\n-# added/,
    );
    expect(said(done)).toContain('The tide mill');
  });

  it('says of a file of 30 MB that it is too large, without reading it', async () => {
    const { double, channel, keeper, alice } = stage;
    const file = { filename: 'huge.txt', content: 'x', declaredSize: 30 * 1024 * 1024 };
    const message = double.sendMessage(channel, alice, '', { attachments: [file] });
    const told = await double.contextMenu(channel, keeper, 'Add to library', message).settled(100);
    expect(said(told)).toContain('larger than I may read');
    expect(double.requests.filter(({ path }) => path.includes('huge.txt'))).toEqual([]);
  });

  it('takes the text where there is neither', async () => {
    const { double, channel, keeper, alice } = stage;
    const message = double.sendMessage(
      channel,
      alice,
      'House rules\n\nThe reading room is closed on the first Monday of each month for cleaning.',
    );
    expect(
      said(await until(double, double.contextMenu(channel, keeper, 'Add to library', message), /added/)),
    ).toContain('House rules');
  });
});

describe('/articles', () => {
  it('lists, searches, shows details and goes back', async () => {
    const { double, keeper } = stage;
    const found = await slash('articles', { search: 'pencil' }).final();
    expect(found.ephemeral).toBe(true);
    expect(said(found)).toContain('1 article with “pencil”');
    const details = await double.selectMenu(found, keeper, 0, 'A short history of the pencil').final();
    expect(said(details)).toMatch(/Added: .*\n-# \d+ passages, [\d,]+ letters/s);
    const back = await double.clickButton(details, keeper, 'Back to the list').final();
    expect(said(back)).toContain('1 article with “pencil”');
    expect(said(await slash('articles', { search: 'zeppelin' }).final())).toContain('No article has “zeppelin”');
  });

  it('turns pages', async () => {
    const { double, keeper } = stage;
    for (let number = 1; number <= 8; number += 1) {
      await addFile(stage, {
        filename: `note-${number}.txt`,
        content: `Note ${number} says that shelf ${number} holds the maps of county ${number}.`,
      });
    }
    const first = await slash('articles').final();
    expect(said(first)).toContain('Page 1 of 2');
    const second = await double.clickButton(first, keeper, 'Next').final();
    expect(said(second)).toContain('Page 2 of 2');
    expect(said(await double.clickButton(second, keeper, 'Previous').final())).toContain('Page 1 of 2');
  });
});

describe('/article remove', () => {
  it('completes titles, asks first, and removes once', async () => {
    const { double, channel, keeper, bob } = stage;
    const [choice] = await double.autocomplete(channel, keeper, 'article remove', 'article', 'bell');
    expect(choice?.name).toBe('The bell buoy');
    const answered = await double.slash(channel, bob, 'ask', { question: 'When was the bell buoy laid?' }).final();
    expect(said(answered)).toContain('1884');

    const kept = await slash('article remove', { article: choice!.value }).final();
    expect(said(await double.clickButton(kept, keeper, 'Keep it').final())).toContain('Kept: The bell buoy');
    const asked = await slash('article remove', { article: choice!.value }).final();
    const again = await slash('article remove', { article: choice!.value }).final();
    expect(said(await double.clickButton(asked, keeper, 'Remove').final())).toContain('Removed: The bell buoy');
    // The same question, asked twice: the second press finds nothing to remove.
    expect(await privately(stage.double, double.clickButton(again, keeper, 'Remove'))).toContain(
      'not in the library any more',
    );
    // A button under an answer of the removed article.
    expect(await privately(stage.double, double.clickButton(answered, bob, 'In context'))).toContain(
      'not in the library any more',
    );
  });

  it('of something unknown says what there is', async () => {
    expect(await privately(stage.double, slash('article remove', { article: 'no such thing' }))).toContain(
      'not in the library any more',
    );
    expect(await privately(stage.double, slash('article refresh', { article: 'no such thing' }))).toContain(
      'not in the library any more',
    );
  });

  it('is offered only to those who may', () => {
    expect(() => stage.double.slash(stage.channel, stage.alice, 'article remove', { article: 'x' })).toThrow(
      /lacks the default_member_permissions/,
    );
  });
});

describe('/library', () => {
  it('groups the questions it had no answer to, and clears them', async () => {
    const { double, channel, guild, keeper } = stage;
    const asker = double.addMember(guild, { username: 'asker' });
    for (const question of [
      'What does a season ticket cost?',
      'what does a season ticket cost',
      'How tall is Mount Kenya?',
    ]) {
      await double.slash(channel, asker, 'ask', { question }).final();
    }
    const gaps = await slash('library gaps').final();
    expect(gaps.ephemeral).toBe(true);
    expect(said(gaps)).toMatch(/season ticket cost.*asked 2 times.*in <#\d+>/is);
    expect(said(gaps)).toContain('Mount Kenya');
    expect(said(await double.clickButton(gaps, keeper, 'Clear the list').final())).toMatch(/Cleared: \d questions/);
    expect(await privately(stage.double, slash('library gaps'))).toContain('No question went without');
  });

  it('shows its status, and which permissions an ask channel lacks', async () => {
    const { double, guild, keeper } = stage;
    const room = double.addChannel(guild, {
      name: 'closed',
      permissionOverwrites: [{ id: double.botId, type: 1, deny: ['SendMessages'] }],
    });
    const panel = await slash('library settings').final();
    await double.selectMenu(panel, keeper, /askChannels/, [room.id]).final();
    expect(said(await slash('library status').final())).toContain(`In <#${room.id}> I lack: SendMessages`);
    await double.selectMenu(panel, keeper, /askChannels/, []).final();
    expect(said(await slash('library status').final())).toMatch(/\*\*\d+ articles\*\*, \d+ passages.*All is well/s);
  });

  it('exports itself as one file', async () => {
    const exported = await slash('library export').final();
    expect(exported.ephemeral).toBe(true);
    const [file] = exported.message!.attachments;
    expect(file?.filename).toBe('library.jsonl');
    const lines = (await (await fetch(file!.url)).text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { title?: string });
    expect(lines.map(({ title }) => title)).toContain('A short history of the pencil');
  });

  it('is deleted by the owner alone, who types the name of the server', async () => {
    const { double, guild, channel } = stage;
    expect(await privately(stage.double, slash('library delete'))).toContain('Only the owner');
    const wrong = double.slash(channel, guild.ownerId, 'library delete');
    await wrong.firstResponse();
    expect(await privately(stage.double, double.submitModal(wrong, guild.ownerId, { name: 'Another club' }))).toContain(
      'nothing was deleted',
    );
    expect(said(await slash('articles').final())).toMatch(/## \d+ articles/);
    const right = double.slash(channel, guild.ownerId, 'library delete');
    await right.firstResponse();
    expect(await privately(stage.double, double.submitModal(right, guild.ownerId, { name: 'Reading club' }))).toContain(
      'is deleted',
    );
    expect(said(await slash('articles').final())).toContain('The library is empty');
  });

  it('is each server’s own', async () => {
    const { double } = stage;
    const other = double.addGuild({ name: 'Another club' });
    const room = double.addChannel(other.id, { name: 'general' });
    const visitor = double.addMember(other.id, { username: 'visitor' });
    await addFile(stage, sample('grand-canal.md'));
    expect(said(await double.slash(room, visitor, 'articles').final())).toContain('The library is empty');
    const asked = await double.slash(room, visitor, 'ask', { question: 'How long is the Grand Canal?' }).final();
    expect(said(asked)).toContain('The library is empty');
    expect(interactiveComponents(asked.message)).toEqual([]);
    expect(messageText(asked.message)).not.toContain('Canal\n>');

    // Nor does a button there do what one with its id does here.
    const pencil = { question: 'Who found a substitute for English graphite?' };
    await addFile(stage, sample('pencil.md'));
    const answer = await slash('ask', pencil).final();
    const { custom_id: ours } = interactiveComponents(answer.message).find(({ label }) => label === 'Helpful')!;
    const host = double.addMember(other.id, { username: 'host', permissions: ['ManageMessages'] });
    await addFile({ ...stage, channel: room, keeper: host }, sample('pencil.md'));
    const theirs = await double.slash(room, visitor, 'ask', pencil).final();
    const { world } = double as unknown as { world: { findMessageAnywhere(id: string): DiscordMessage } };
    const stored = interactiveComponents(world.findMessageAnywhere(theirs.message!.id));
    (stored.find(({ label }) => label === 'Helpful') as { custom_id: string }).custom_id = ours!;
    expect(await privately(stage.double, double.clickButton(theirs, visitor, ours))).toContain(
      'do not know that button',
    );
  });
});
