import { createInterface } from 'node:readline';
import { throwIfAborted } from '../errors.js';

/**
 * The lines of a stream as they arrive, without their ends or a byte order mark; ends early when `signal` is aborted.
 * @throws cancelled when it is aborted already
 */
export async function* linesOf(input: NodeJS.ReadableStream, signal: AbortSignal): AsyncIterable<string> {
  throwIfAborted(signal);
  const reader = createInterface({ input, crlfDelay: Infinity, terminal: false });
  const stop = () => reader.close();
  signal.addEventListener('abort', stop, { once: true });
  let first = true;
  try {
    for await (const line of reader) {
      if (signal.aborted) return;
      yield first ? line.replace(/^\ufeff/, '') : line;
      first = false;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    reader.close();
  }
}
