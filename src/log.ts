import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.js';

/** pino's numbers of the levels that people need to tell apart. */
const WARN = 40;
const ERROR = 50;

/**
 * A log on `stream`: for programs, lines of JSON; for people, `warning: …`.
 * @param level the least that is written
 */
export function createLog(level: LogLevel, style: 'text' | 'json', stream: NodeJS.WritableStream): Logger {
  return pino({ level, base: null }, { write: (line) => void stream.write(style === 'json' ? line : asText(line)) });
}

/** A line of pino as a sentence, with what caused it. */
function asText(line: string): string {
  const { level, msg = '', err } = JSON.parse(line) as { level: number; msg?: string; err?: { message?: string } };
  const word = level >= ERROR ? 'error: ' : level >= WARN ? 'warning: ' : '';
  const cause = err?.message !== undefined && err.message !== msg ? ` (${err.message})` : '';
  // One line, and nothing that could steer a terminal.
  return `${`${word}${msg}${cause}`.replace(/[\p{Cc}\s]+/gu, ' ').trim()}\n`;
}
