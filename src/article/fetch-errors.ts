import { FootnoteError, type ErrorCode } from '../errors.js';

/** What Node and undici call the failures of a connection. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  EAI_NODATA: 'host-not-found',
  EAI_NONAME: 'host-not-found',
  EAI_FAIL: 'host-not-found',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'timed-out',
  UND_ERR_CONNECT_TIMEOUT: 'timed-out',
  UND_ERR_HEADERS_TIMEOUT: 'timed-out',
  UND_ERR_BODY_TIMEOUT: 'timed-out',
};
/** Failures that a second try may not meet. */
const PASSING_CODES = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const PASSING_STATUSES = new Set([502, 503, 504]);

/** Whether a status or a failure is likely to pass by itself. */
export function isPassing(outcome: unknown): boolean {
  if (typeof outcome === 'number') return PASSING_STATUSES.has(outcome);
  return codesOf(outcome).some((code) => PASSING_CODES.has(code));
}

/**
 * What went wrong on the way to `url`, in words that say what to do.
 *
 * @param isLate the time in all is over
 */
export function asFetchError(thrown: unknown, url: URL, isLate: boolean, timeoutMs: number): FootnoteError {
  const own = chain(thrown).find((error) => error instanceof FootnoteError);
  if (own) return own;
  const codes = codesOf(thrown);
  const code = isLate
    ? 'timed-out'
    : (codes.map((name) => CODES[name]).find((known) => known !== undefined) ?? 'connection-failed');
  return new FootnoteError(code, message(code, url, timeoutMs, thrown), { cause: thrown });
}

function message(code: ErrorCode, { host }: URL, timeoutMs: number, thrown: unknown): string {
  switch (code) {
    case 'host-not-found':
      return `There is no host ${host}, or this machine has no connection. Check the address.`;
    case 'connection-refused':
      return `${host} refused the connection. Check the address and its port, or try again later.`;
    case 'timed-out':
      return `${host} did not answer in time (${timeoutMs / 1000} seconds in all). Try again later, or save the page and add the file.`;
    default: {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return `The connection to ${host} failed (${reason}). Try again later, or save the page and add the file.`;
    }
  }
}

function codesOf(thrown: unknown): string[] {
  return chain(thrown)
    .map((error) => (error as NodeJS.ErrnoException).code)
    .filter((code) => typeof code === 'string');
}

/** An error, its causes, and the errors of an attempt on several addresses. */
function chain(thrown: unknown): Error[] {
  const found: Error[] = [];
  const open = [thrown];
  for (let error = open.pop(); error !== undefined; error = open.pop()) {
    if (!(error instanceof Error) || found.includes(error)) continue;
    found.push(error);
    open.push(error.cause);
    if (error instanceof AggregateError) open.push(...(error.errors as unknown[]));
  }
  return found;
}
