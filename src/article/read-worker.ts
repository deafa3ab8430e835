import { parentPort } from 'node:worker_threads';
import { FootnoteError, toFailure } from '../errors.js';
import { outline } from './outline.js';
import { parse } from './parse.js';
import type { Reply, Request } from './read-messages.js';

/** The reading thread: parsers of strangers' bytes run here, where a time and a memory limit can end them. */
const port = parentPort;
if (!port) throw new Error('read-worker.js runs as a worker thread; see reader.ts');

port.on('message', (request: Request) => {
  port.postMessage('begun' satisfies Reply);
  void reply(request).then((message) => port.postMessage(message));
});

async function reply(request: Request): Promise<Reply> {
  try {
    return { ok: true, output: await run(request) };
  } catch (thrown) {
    return { ok: false, failure: toFailure(asParserFailure(thrown)) };
  }
}

function run(request: Request) {
  switch (request.kind) {
    case 'parse':
      return parse(request.input);
    case 'outline':
      return outline(request.input.text, request.input.headings, request.input.language);
  }
}

/** What a parser throws of its own accord is about the article, not about the program. */
function asParserFailure(thrown: unknown): FootnoteError {
  if (thrown instanceof FootnoteError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new FootnoteError('parser-failed', `It could not be read: ${reason}.`, { cause: thrown });
}
