/**
 * Everything that can go wrong in a way a person can act on.
 * Codes are stable: surfaces switch on them, scripts read them from `--json`.
 */
export type ErrorCode =
  // settings and usage
  | 'bad-config'
  | 'bad-usage'
  // where an article comes from
  | 'not-a-url'
  | 'file-not-found'
  | 'host-not-found'
  | 'connection-refused'
  | 'connection-failed'
  | 'timed-out'
  | 'too-many-redirects'
  | 'private-address'
  | 'http-client-error'
  | 'http-server-error'
  // what it holds
  | 'not-text'
  | 'too-large'
  | 'no-article'
  | 'empty-file'
  | 'broken-pdf'
  | 'broken-docx'
  | 'unknown-encoding'
  | 'parser-failed'
  // what was asked for
  | 'unknown-id'
  | 'empty-question'
  | 'question-too-long'
  | 'bad-import'
  | 'bad-library-id'
  | 'bad-setting'
  // the machine and the library
  | 'quota-exceeded'
  | 'busy'
  | 'cancelled'
  | 'closed'
  | 'disk-full'
  | 'database-locked'
  | 'database-damaged'
  | 'text-damaged'
  | 'model-missing'
  | 'model-failed'
  | 'embedder-down'
  // Discord
  | 'discord-token'
  | 'discord-failed'
  // a fault of the program itself
  | 'internal';

/** A failure with a code to switch on, a message that says what to do, and what caused it. */
export class FootnoteError extends Error {
  override readonly name = 'FootnoteError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What a surface shows of a failure: never a stack. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Any thrown value as a code and a sentence; what is not a {@link FootnoteError} is a fault of the program. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof FootnoteError) return { code: thrown.code, message: thrown.message };
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message: `Something went wrong inside Footnote (${reason}). Please report it.` };
}

/** Throws the `cancelled` error when `signal` was aborted; passes on a {@link FootnoteError} given as the abort's reason. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof FootnoteError) throw signal.reason;
  throw new FootnoteError('cancelled', 'Stopped before it was finished; nothing was changed.', {
    cause: signal.reason,
  });
}
