/**
 * Draws docs/picture/answer.png: an answer as people see it in Discord. Nothing in it is made up: the bot is started
 * against the double of the tests, is given a sample article, and is asked; what it posts is drawn.
 * Run it with `npm run picture`; it needs Chromium (`apt-get install chromium`), or CHROMIUM=/path/to/it.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDiscordDouble, messageText } from '../../test/discord/double/discord-double.mjs';
import { page } from './page.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PICTURE = fileURLToPath(new URL('answer.png', import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** A sample article, dressed as the web page that it could be: an address, a site and a date are part of an answer. */
const ARTICLE = {
  file: 'pencil.md',
  url: 'https://footnote.example/pencil',
  site: 'Footnote samples',
  date: '2026-01-12',
};
const QUESTION = 'Who found a substitute for English graphite?';
const WIDTH = 720;
const HEIGHT = 900;

const folder = mkdtempSync(join(tmpdir(), 'footnote-picture-'));
try {
  const message = await realAnswer();
  const html = join(folder, 'answer.html');
  const draw = async (height) => {
    await promisify(execFile)(CHROMIUM, [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--force-device-scale-factor=2',
      `--window-size=${WIDTH},${height}`,
      `--screenshot=${PICTURE}`,
      `--user-data-dir=${join(folder, 'profile')}`,
      `file://${html}`,
    ]);
  };
  writeFileSync(html, page(message, QUESTION));
  await draw(await heightOf(html));
  console.log(`drew ${PICTURE}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The message that the bot posts as an answer. */
async function realAnswer() {
  const double = await createDiscordDouble({ botName: 'Footnote' });
  const guild = double.addGuild({ name: 'Reading club' });
  const channel = double.addChannel(guild.id, { name: 'general' });
  const keeper = double.addMember(guild.id, { username: 'keeper', permissions: ['ManageMessages'] });
  const bot = spawn(process.execPath, [join(ROOT, 'dist/main.js'), 'discord'], {
    env: { PATH: process.env.PATH, ...double.env, DATA_DIR: join(folder, 'library'), LOG_LEVEL: 'warn' },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await double.waitForReady(60_000);
    await double.waitForCommands(['ask', 'article'], { timeoutMs: 60_000 });
    const file = { filename: 'pencil.html', content: asPage(readFileSync(join(ROOT, 'data', ARTICLE.file), 'utf8')) };
    const added = double.slash(channel.id, keeper.id, 'article add', {}, { attachments: { file } });
    await added.firstResponse();
    const shown = () => messageText(added.result().message);
    const outcome = await double.waitUntil(() => /-# (added,.*|[A-Z].*)/.exec(shown())?.[1], 120_000, shown);
    if (!outcome.startsWith('added')) throw new Error(`the article was not added: ${outcome}`);
    const { message } = await double
      .slash(channel.id, keeper.id, 'ask', { question: QUESTION })
      .final({ timeoutMs: 60_000 });
    return message;
  } finally {
    bot.kill('SIGTERM');
    await new Promise((resolve) => bot.once('exit', resolve));
    await double.close();
  }
}

/** The sample's Markdown as a page: headings and paragraphs are all it has. */
function asPage(markdown) {
  const blocks = markdown
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const [, marks = '', text] = /^(#{1,3} )?(.*)$/s.exec(block);
      return marks ? `<h${marks.length - 1}>${text}</h${marks.length - 1}>` : `<p>${text}</p>`;
    });
  return `<!doctype html><html lang="en"><head><title>${/^# (.*)$/m.exec(markdown)?.[1]}</title><link rel="canonical" href="${ARTICLE.url}">
    <meta property="og:site_name" content="${ARTICLE.site}"><meta property="article:published_time" content="${ARTICLE.date}"></head>
    <body><article>${blocks.join('\n')}</article></body></html>`;
}

/** How high the page is when it is laid out. */
async function heightOf(html) {
  const { stdout } = await promisify(execFile)(CHROMIUM, [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--window-size=${WIDTH},${HEIGHT}`,
    '--dump-dom',
    `--user-data-dir=${join(folder, 'profile')}`,
    `file://${html}`,
  ]);
  return Number(/data-height="(\d+)"/.exec(stdout)?.[1] ?? HEIGHT);
}
