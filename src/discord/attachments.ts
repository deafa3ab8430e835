/** Files that people attach, read from where Discord keeps them and from nowhere else. */
import { FootnoteError } from '../errors.js';
import type { Source } from '../library.js';

/** Where Discord serves attachments from. */
const DISCORD_HOSTS: ReadonlySet<string> = new Set([
  'cdn.discordapp.com',
  'media.discordapp.net',
  'cdn.discord.com',
  'media.discord.com',
]);

export interface Attached {
  readonly name: string;
  readonly url: string;
  /** As Discord says; not believed while reading. */
  readonly size: number;
  readonly contentType: string | null;
}

export interface AttachmentLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Host that stands in for Discord's, where `DISCORD_API_URL` is set. */
  readonly apiUrl: string | undefined;
}

/** Reads an attachment. @throws private-address, too-large, empty-file, file-not-found, timed-out, connection-failed */
export async function readAttachment(file: Attached, limits: AttachmentLimits, signal?: AbortSignal): Promise<Source> {
  if (!isDiscordAddress(file.url, limits.apiUrl)) {
    throw new FootnoteError('private-address', `${file.name} is not kept by Discord, so it is not read.`);
  }
  if (file.size > limits.maxBytes) throw tooLarge(file.name, limits.maxBytes);
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  let bytes: Uint8Array;
  try {
    const response = await fetch(file.url, { redirect: 'error', signal: stop });
    if (!response.ok) {
      await response.body?.cancel();
      const code = response.status >= 500 ? 'http-server-error' : 'file-not-found';
      throw new FootnoteError(code, `Discord answered ${response.status} for ${file.name}. Attach it again.`);
    }
    bytes = await readCapped(response, file.name, limits.maxBytes);
  } catch (error) {
    if (error instanceof FootnoteError) throw error;
    if (signal?.aborted) throw new FootnoteError('cancelled', `Reading ${file.name} was stopped.`, { cause: error });
    const code = timeout.aborted ? 'timed-out' : 'connection-failed';
    throw new FootnoteError(code, `${file.name} could not be read from Discord. Try again.`, { cause: error });
  }
  if (bytes.length === 0) throw new FootnoteError('empty-file', `${file.name} is empty.`);
  return { kind: 'bytes', name: file.name, bytes, ...(file.contentType !== null && { contentType: file.contentType }) };
}

/** Whether an attachment's address is Discord's own, or of the host that `DISCORD_API_URL` names. */
export function isDiscordAddress(address: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  if (apiUrl !== undefined && url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === 'https:' && url.port === '' && DISCORD_HOSTS.has(url.hostname);
}

async function readCapped(response: Response, name: string, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maxBytes) throw tooLarge(name, maxBytes); // leaving the loop cancels the download
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

function tooLarge(name: string, maxBytes: number): FootnoteError {
  return new FootnoteError('too-large', `${name} is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`);
}
