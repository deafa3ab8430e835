/** What `footnote --help` says beside the commands and options; lines fit a terminal of 80 columns. */
export const OVERVIEW =
  'Footnote answers questions by quoting the articles it has been given, word for word, and says where each ' +
  'quotation stands. Without a command it starts the Discord bot where DISCORD_TOKEN is set, and the console ' +
  'where it is not.';

export const EPILOGUE = `
Examples:
  footnote add https://example.org/article report.pdf notes/
  footnote ask "When did the service start?"
  footnote ask - --json < questions.txt > answers.jsonl
  cat page.html | footnote read -
  footnote export > library.jsonl

Settings, from the environment or .env in the current folder (.env.example
explains every one):
  DISCORD_TOKEN, DISCORD_API_URL, DISCORD_GUILD_ID   the Discord bot
  DATA_DIR                                           where libraries are kept
  MODELS_DIR, EMBEDDING_MODEL, EMBEDDING_THREADS     the embedding model
  LIBRARY_MAX_ARTICLES, LIBRARY_MAX_BYTES            what a library may hold
  ANSWER_THRESHOLD                                   when a question is answered
  LOG_LEVEL                                          trace to silent
  METRICS_PORT, METRICS_HOST                         health and metrics of the bot
  FETCH_ALLOW_PRIVATE_HOSTS, FETCH_MAX_BYTES, FETCH_TIMEOUT_SECONDS,
  FETCH_MAX_REDIRECTS                                reading web pages
NO_COLOR and FORCE_COLOR are respected.

Exit codes:
  0 all went well    1 some part failed    2 wrong usage    130 stopped by Ctrl-C

With --json, standard output holds one JSON object a line and nothing else; a
line about something that failed has "error": {"code", "message"}.`;

export const ADD_HELP = `
SOURCE is a web address, a file (.html, .md, .txt, .pdf, .docx), a folder with
all that is in it, or - for standard input. A source that is there already is
updated where it changed; only changed passages are embedded again.

Examples:
  footnote add https://example.org/article report.pdf notes/
  pdftotext scan.pdf - | footnote add -`;

export const READ_HELP = `
SOURCE is what add takes. Use this to see what Footnote makes of a page.

Example:
  footnote read https://example.org/article --json`;

export const ASK_HELP = `
Each quotation stands in an article exactly as it is shown. Where the library
does not hold the answer, Footnote says so, shows the nearest passages, and
notes the question (footnote gaps).

Examples:
  footnote ask "How far can the light be seen?" --top 3
  footnote ask - --json < questions.txt     one question a line, in order`;

export const EXPORT_HELP = `
The first line names the format and holds the settings; every other line is one
whole article. footnote import reads it back.

Example:
  footnote export > library.jsonl && footnote import library.jsonl --library copy`;
