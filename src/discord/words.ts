/**
 * Everything the bot says itself, in English and Chinese. What comes from people or articles is handed in escaped.
 * Quotations are never translated.
 */
import type { ErrorCode } from '../errors.js';
import { SIMPLIFIED_CHINESE } from './words-zh-cn.js';
import { TRADITIONAL_CHINESE } from './words-zh-tw.js';

/** @param locale Discord's name of a language, e.g. `en-GB` or `zh-CN`; what is not there is said in English */
export function wordsFor(locale: string | null | undefined): Words {
  if (locale === 'zh-CN') return SIMPLIFIED_CHINESE;
  if (locale === 'zh-TW' || locale === 'zh-HK') return TRADITIONAL_CHINESE;
  return ENGLISH;
}

/** A date as people of the language write it; as it stands where it is no full date. @param iso ISO 8601 */
export function dateIn(words: Words, iso: string): string {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(iso)?.[0];
  const date = new Date(`${day ?? ''}T00:00:00Z`);
  if (day === undefined || Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(words.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
}

export type Words = typeof ENGLISH;

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? one : many}`;

const failures: Record<ErrorCode, string> = {
  'bad-config': 'A setting of the bot is wrong. Whoever runs it finds in the log which one.',
  'bad-usage': 'That command cannot be used this way. Type `/` and choose it from the list.',
  'not-a-url': 'That is not a web address. It should look like `https://example.org/article`.',
  'file-not-found': 'That file is not there any more. Attach it again.',
  'host-not-found': 'There is no such site. Check the spelling of the address.',
  'connection-refused': 'The site refuses connections just now. Try again later, or paste the text instead.',
  'connection-failed': 'The connection to the site broke off. Try again, or paste the text instead.',
  'timed-out': 'The site took too long to answer. Try again later, or paste the text instead.',
  'too-many-redirects': 'The address leads round in circles. Open it in a browser and copy the address you end up at.',
  'private-address':
    'That address is inside a private network, and I only read public pages. Attach the page as a file instead.',
  'http-client-error':
    'The site does not hand out that page. If you can see it after logging in, paste its text instead.',
  'http-server-error': 'The site has a fault just now. Try again later.',
  'not-text': 'That is not text I can read. I read web pages, PDF, Word (.docx), Markdown and plain text.',
  'too-large': 'That is larger than I may read. Split it up, or paste the part that matters.',
  'no-article': 'I found no article on that page. Paste its text instead: `/article add` without an address.',
  'empty-file': 'There is nothing in it. Check the file and attach it again.',
  'broken-pdf': 'The PDF is damaged or locked. Save it again, or paste its text instead.',
  'broken-docx': 'The Word file is damaged. Save it again, or paste its text instead.',
  'unknown-encoding': 'The text is in an encoding I do not know. Save it as UTF-8 and attach it again.',
  'parser-failed': 'I could not take that page apart. Paste its text instead: `/article add` without an address.',
  'unknown-id': 'That article is not in the library any more. `/articles` shows what is.',
  'empty-question': 'Ask me something in words, for example: `/ask question: Who won the ATP Finals in 2024?`',
  'question-too-long': 'That is longer than 500 letters. Ask the heart of it, then follow up by replying to my answer.',
  'bad-import': 'That is not an export of a library.',
  'bad-library-id': 'Commands work in a server only. Use them in one that I am in.',
  'bad-setting': 'That value is not possible; the setting stays as it was.',
  'quota-exceeded':
    'The library is full. Remove articles that are no longer needed (`/article remove`), then add again.',
  busy: 'I have my hands full just now. Ask again in a minute.',
  cancelled: 'Stopped before it was finished; nothing was changed.',
  closed: 'I am restarting. Ask again in a minute.',
  'disk-full': 'My disk is full, so nothing was stored. Tell whoever runs the bot.',
  'database-locked':
    'Another program holds the library. Try again in a minute; if it stays so, tell whoever runs the bot.',
  'database-damaged': 'The library of this server is damaged. Whoever runs the bot finds in the log how to mend it.',
  'text-damaged':
    'A stored text is damaged, so I do not quote from it. Whoever runs the bot finds in the log which one.',
  'model-missing': 'The embedding model is missing. Whoever runs the bot finds in the log what to do.',
  'model-failed': 'The embedding model does not start. Whoever runs the bot finds in the log why.',
  'embedder-down': 'A part of me fell over and is being started again. Ask again in a minute.',
  'discord-token': 'Discord does not accept the bot’s token.',
  'discord-failed': 'Discord did not take that. Try again in a minute.',
  internal: 'Something went wrong inside me. It is in the log; please tell whoever runs the bot.',
};

export const ENGLISH = {
  /** BCP 47, for dates and numbers. */
  language: 'en',
  failures,
  /** A page's refusal, with its status. */
  withStatus: (code: string) => ` (status ${code})`,

  ask: {
    noWords:
      'I see no words in that. Ask me something in words, for example: `/ask question: Who won the ATP Finals in 2024?`',
    tooFast: (seconds: number) => `One at a time, please: ask again in ${plural(seconds, 'second')}.`,
    serverTooFast: (seconds: number) => `Many people are asking just now. Ask again in ${plural(seconds, 'second')}.`,
    asked: (question: string) => `### ${question}`,
    understoodAs: (question: string) => `-# Understood as: ${question}`,
    notInLibrary: 'The library does not hold an answer to that.',
    noted: 'I have noted the question, so that whoever keeps the library sees what is missing.',
    empty:
      'The library is empty, so I cannot answer yet. Whoever manages messages here adds articles with `/article add`.',
    nearest: 'Nearest passages',
    more: 'More passages',
    inContext: 'In context',
    helpful: 'Helpful',
    notHelpful: 'Not helpful',
    moreOn: (question: string) => `More passages on “${question}”`,
    nearestTo: (question: string) => `Nearest to “${question}”; none of them may answer it`,
    noMore: 'That was all the library holds on it.',
    thanks: 'Thank you, noted.',
    alreadyRated: 'You have told me already; thank you.',
  },
  message: {
    noDirect:
      'I answer in servers, where the articles are: mention me there, or use `/ask`. With `private: True` only you see the answer.',
    mayNotWrite: (channel: string) =>
      `I may not write in ${channel}. Ask someone who manages the server to allow me View Channel, Send Messages and Read Message History there.`,
    questionGone:
      'Your question was deleted before I had answered it, so I kept the answer to myself. Ask again, or with `/ask`.',
    channelGone: 'The channel was deleted while I was answering. Ask again in another one.',
    unreadable: 'I cannot read that reply: leave the mention switched on when you reply to me, or use `/ask`.',
    lost: 'Discord did not take my answer. Please ask again.',
  },
  press: {
    changed: 'That article has changed since. Ask again to see it as it is now.',
    unknown: 'I do not know that button any more: it is too old, or from another time. Start again with the command.',
    notYours: 'That button belongs to whoever used the command. Use the command yourself to get your own.',
    tooFast: 'Not so fast, please. Try again in a moment.',
  },
  articles: {
    heading: (count: number) => `## ${plural(count, 'article')}`,
    found: (count: number, search: string) => `## ${plural(count, 'article')} with “${search}”`,
    none: 'The library is empty. `/article add` puts the first article in.',
    noneFound: (search: string) =>
      `No article has “${search}” in its title, site or address. \`/articles\` shows them all.`,
    page: (page: number, pages: number) => `-# Page ${page} of ${pages}`,
    previous: 'Previous',
    next: 'Next',
    back: 'Back to the list',
    pick: 'Pick one to see what is known of it',
    byline: 'By',
    site: 'Site',
    published: 'Published',
    language: 'Language',
    source: 'Source',
    added: 'Added',
    updated: 'Updated',
    size: (passages: number, characters: number) => `${plural(passages, 'passage')}, ${plural(characters, 'letter')}`,
    passages: (count: number) => plural(count, 'passage'),
  },
  add: {
    formTitle: 'Add a text to the library',
    formName: 'Title',
    formText: 'Text',
    formTextHint: 'Up to 4,000 letters; attach longer texts as a file.',
    formEmpty:
      'There was no text in the form. Use `/article add` again and paste the text, or give an address or a file.',
    nothing: 'There is nothing to add in that message: no link, no file, no text.',
    waiting: 'waiting',
    fetching: 'fetching…',
    reading: 'reading…',
    embedding: (done: number, total: number) => `embedding ${done} of ${total}…`,
    saving: 'saving…',
    added: (passages: number) => `added, ${plural(passages, 'passage')}`,
    updated: (passages: number, added: number, removed: number) =>
      `updated, ${plural(passages, 'passage')} (${added} new, ${removed} gone)`,
    unchanged: 'is in the library already, nothing changed',
    took: (seconds: string) => `done in ${seconds} s`,
    notTaken: (count: number) => `-# ${count} more left out: ten at a time.`,
    tryIt: 'Try a question',
    tryLabel: 'Your question',
    tryHint: 'The answer is shown to you alone.',
  },
  remove: {
    confirm: (title: string, passages: number) =>
      `Remove **${title}** (${plural(passages, 'passage')})? It can be added again later.`,
    yes: 'Remove',
    no: 'Keep it',
    removed: (title: string) => `Removed: ${title}`,
    kept: (title: string) => `Kept: ${title}`,
  },
  refresh: {
    running: (done: number, total: number) => `Reading articles again: ${done} of ${total}…`,
    done: (updated: number, unchanged: number, failed: number) =>
      `Read again: ${updated} updated, ${unchanged} unchanged, ${failed} failed.`,
    nothing: 'There is nothing to read again: the library is empty.',
  },
  reindex: {
    running: (bar: string, percent: number, done: number, total: number) =>
      `Reindexing\n${bar} ${percent} %\n-# ${done} of ${plural(total, 'passage')}. Questions are answered from the old index until it is done.`,
    starting: 'Reindexing: looking at what changed…',
    resumed: '-# Goes on after a restart.',
    cancel: 'Cancel',
    done: (passages: number, articles: number, embedded: number, seconds: string) =>
      `Reindexed ${plural(passages, 'passage')} of ${plural(articles, 'article')} in ${seconds} s (${embedded} embedded anew).`,
    damaged: (count: number) =>
      `${plural(count, 'article')} could not be cut anew, because the stored text is damaged. \`/library status\` says what to do.`,
    cancelled: 'Stopped. The old index stays in use.',
    already: 'A reindex runs already.',
    movedOn: (link: string) => `This takes longer than Discord lets a command last: it goes on in ${link}.`,
    over: 'That reindex is over.',
  },
  status: {
    heading: '## Library',
    contents: (articles: number, passages: number) =>
      `**${plural(articles, 'article')}**, ${plural(passages, 'passage')}`,
    model: 'Model',
    disk: 'On disk',
    gaps: 'Open questions',
    ratings: (helpful: number, not: number) => `${helpful} helpful, ${not} not helpful`,
    answers: 'Answers',
    changed: 'Last change',
    reindex: {
      none: '',
      running: 'A reindex is running.',
      interrupted: 'A reindex was cut off; `/reindex` goes on with it.',
    },
    healthy: 'All is well.',
    noContentIntent:
      'I may not read messages here (Message Content intent): mentions, replies and commands work; ask channels and threads without a mention do not.',
    missing: (channel: string, permissions: string) => `In ${channel} I lack: ${permissions}.`,
  },
  gaps: {
    heading: (count: number) => `## ${plural(count, 'question')} without an answer`,
    none: 'No question went without an answer.',
    times: (times: number) => `asked ${times === 1 ? 'once' : `${times} times`}`,
    last: (date: string) => `last on ${date}`,
    where: (places: string) => `in ${places}`,
    also: (variants: string) => `also: ${variants}`,
    clear: 'Clear the list',
    cleared: (count: number) => `Cleared: ${plural(count, 'question')}.`,
  },
  settings: {
    heading: '## Settings of this server',
    askChannels: '**Ask channels**\nEvery message in them is a question.',
    askChannelsHint: 'No ask channels',
    answerIn: '**Where questions in channels are answered**',
    channel: 'In the channel, as a reply',
    thread: 'In a thread of their own',
    excerpts: '**Quotations in an answer**',
    count: (count: number) => `At most ${count}`,
    threshold: '**Confidence below which I say “not in the library”**\nHigher: fewer answers, surer ones.',
    byDefault: (value: string) => `As the bot is set up (${value})`,
    saved: '-# Saved.',
    notReadable: (channel: string) =>
      `-# I cannot read or write in ${channel}; allow me View Channel, Send Messages and Read Message History there.`,
  },
  export: {
    done: (articles: number) =>
      `The whole library: ${plural(articles, 'article')}, one a line, and the settings. \`footnote import\` reads it back.`,
    damaged: (count: number) =>
      `Without ${plural(count, 'article')}, because the stored text is damaged. \`/library status\` says what to do.`,
    tooLarge: (id: string) =>
      `The export is too large for Discord. Whoever runs the bot makes it with \`footnote export --library ${id}\`.`,
  },
  delete: {
    ownerOnly: 'Only the owner of the server may delete its library.',
    formTitle: 'Delete the whole library',
    formLabel: 'Type the name of this server to confirm',
    mismatch: 'That is not the name of this server, so nothing was deleted.',
    done: 'The library of this server is deleted, with its questions and settings.',
  },
};
