import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PermissionsBitField, type PermissionsString } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bot, expectClean, said, sample, until } from './bot.js';
import {
  createDiscordDouble,
  interactiveComponents,
  messageText,
  type Double,
  type Given,
} from './double/discord-double.mjs';

/** docs/discord.md, which an admin goes by: what the test does and looks for is read from it. */
const PAGE = readFileSync(new URL('../../docs/discord.md', import.meta.url), 'utf8');
const QUESTION = 'When was the Cordouan lens lit?';
const ANSWER = '25 July 1823';
const chapter = (title: string): string => PAGE.split(/^## /m).find((part) => part.startsWith(title))!;
/** The table of the invitation, in Discord's own names. */
const namedPermissions = (): string[] =>
  [...chapter('3.').matchAll(/^\| ([A-Z][^|]+) \|/gm)]
    .flatMap(([, names]) => names!.split(', '))
    .map((name) =>
      name.replace('View Channels', 'View Channel').replace(/ (.)/g, (_, letter: string) => letter.toUpperCase()),
    );

let double: Double;
let bot: Bot;
let folder: string;
let channel: Given;
let admin: Given;

beforeAll(async () => {
  double = await createDiscordDouble();
  folder = mkdtempSync(join(tmpdir(), 'footnote-first-'));
});
afterAll(async () => {
  bot.kill('SIGKILL');
  await bot.ended();
  await double.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("an admin's first five minutes, by the page alone", () => {
  it('2: the token in .env and one start are enough; the log has the link', async () => {
    const line = /echo '(DISCORD_TOKEN=)the token you copied' > \.env/.exec(chapter('2.'))![1]!;
    // The double in place of Discord is the one thing that the page does not know of.
    writeFileSync(join(folder, '.env'), `${line}${double.env.DISCORD_TOKEN}\nDATA_DIR=${join(folder, 'library')}\n`);
    const child = spawn(process.execPath, [fileURLToPath(new URL('../../dist/main.js', import.meta.url))], {
      cwd: folder,
      env: { PATH: process.env['PATH'], DISCORD_API_URL: double.apiUrl },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    bot = new Bot(child);
    const said = /The log says `([^`]+)`/.exec(chapter('2.'))![1]!;
    const ready = await bot.logged(new RegExp(`^${said}$`));
    const link = new URL(String(ready['invite']));
    expect(link.searchParams.get('scope')?.split(' ').sort()).toEqual(['applications.commands', 'bot']);
    const wanted = new PermissionsBitField(namedPermissions() as PermissionsString[]);
    expect(link.searchParams.get('permissions')).toBe(wanted.bitfield.toString());
  });

  it('3: invited with those permissions, it works at once', async () => {
    const guild = double.addGuild({
      name: 'Reading club',
      joined: false,
      botPermissions: namedPermissions(),
    });
    channel = double.addChannel(guild, { name: 'general' });
    admin = double.addMember(guild, { username: 'admin', permissions: ['ManageGuild', 'ManageMessages'] });
    double.joinGuild(guild.id);
    await double.waitForCommands(['ask', 'articles', 'article', 'reindex', 'library'], {});
  });

  it('every command that the page names is there', () => {
    const top = new Set(double.commands().map(({ name }) => name));
    const taught = chapter('4.') + chapter('Who may do what') + chapter('Good to know');
    const named = new Set([...taught.matchAll(/`\/([a-z]+)/g)].map(([, name]) => name));
    expect(named.size).toBeGreaterThan(3);
    for (const name of named) expect(top).toContain(name);
  });

  it('4: adds an article, tries a question privately, asks for all and further, sets it up', async () => {
    const added = await until(
      double,
      double.slash(channel, admin, 'article add', {}, { attachments: { file: sample('fresnel-lens.md') } }),
      /added/i,
      90_000,
    );
    const form = double.clickButton(added, admin, 'Try a question');
    await form.firstResponse();
    const tried = await double.submitModal(form, admin, { question: QUESTION }).final();
    expect(tried.ephemeral).toBe(true);
    expect(said(tried)).toContain(ANSWER);
    const asked = await double.slash(channel, admin, 'ask', { question: QUESTION }).final();
    expect(said(asked)).toContain(ANSWER);
    expect(asked.ephemeral).toBe(false);
    const alone = double.slash(channel, admin, 'ask', { question: QUESTION, private: true });
    expect((await alone.final()).ephemeral).toBe(true);
    const mention = double.sendMessage(channel, admin, QUESTION, { mentionsBot: true });
    const answer = await double.waitForMessage(channel, (message) => messageText(message).includes(ANSWER), 10_000, {
      after: mention,
    });
    const further = double.sendMessage(channel, admin, 'And where does it stand?', { replyTo: answer });
    await double.waitForMessage(channel, (message) => messageText(message).includes('Understood as'), 10_000, {
      after: further,
    });
    const settings = await double.slash(channel, admin, 'library settings').final();
    expect(interactiveComponents(settings.message).length).toBeGreaterThan(2);
    expect(said(await double.slash(channel, admin, 'library gaps').final())).not.toBe('');
    expectClean({ double });
  });
});
