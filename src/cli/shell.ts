import type { Config } from '../config.js';
import { FootnoteError } from '../errors.js';
import type { DownloadProgress, Libraries } from '../libraries.js';

/** What the process gives to a command; no command reaches for the process itself. */
export interface Shell {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Colours are wanted there. */
  readonly colour: { readonly stdout: boolean; readonly stderr: boolean };
  /** Aborted by Ctrl-C, by a request to end, and by {@link READER_GONE}. */
  readonly signal: AbortSignal;
  /** Of the program, as package.json has it. */
  readonly version: string;
  /** Folder of the sample articles. */
  readonly samplesDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The settings, read on first use. @throws bad-config */
  config(): Promise<Config>;
  /** Opens the libraries; the caller closes them. @param onDownload told how far a model's file has come, where one is downloaded */
  openLibraries(onDownload: (progress: DownloadProgress) => void): Promise<Libraries>;
  /** Runs the Discord bot until `signal` is aborted. */
  runDiscord(): Promise<void>;
}

/** Why everything stops when whoever reads standard output has left (`footnote list | head -1`): not a failure. */
export const READER_GONE = new FootnoteError('cancelled', 'Nobody reads the output any more.');
