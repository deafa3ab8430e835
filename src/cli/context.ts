import type { Libraries } from '../libraries.js';
import type { Library } from '../library.js';
import { openPrinter, type Printer } from './printer.js';
import { openProgress, type Progress } from './progress.js';
import type { Shell } from './shell.js';

/** What a command works with. */
export interface Context {
  readonly shell: Shell;
  readonly printer: Printer;
  readonly progress: Progress;
  /** Stops this command; the console has one for each of its own. */
  readonly signal: AbortSignal;
  /** The library of `--library`, opened on first use. */
  library(): Promise<Library>;
  /** Loads the model while nothing else is to be done; what fails shows itself with the first question. */
  warmUp(): void;
  /** Closes what was opened. */
  close(): Promise<void>;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly library: string;
}

/** @param invocation what stands before a command's name in hints: `footnote ` or `/` */
export function openContext(shell: Shell, { json = false, library }: GlobalOptions, invocation: string): Context {
  const progress = openProgress(shell.stderr, shell.stderr.isTTY && !json);
  let libraries: Promise<Libraries> | undefined;
  let opened: Promise<Library> | undefined;

  function open(): Promise<Libraries> {
    libraries ??= shell.openLibraries(({ file, loaded, total }) => {
      progress.update(total > 0 ? loaded / total : 0, `downloading ${file}`);
    });
    return libraries;
  }

  return {
    shell,
    progress,
    printer: openPrinter(shell, { json, invocation }, (write) => progress.around(write)),
    signal: shell.signal,
    library: () => (opened ??= open().then((all) => all.of(library))),
    warmUp: () =>
      void open()
        .then((all) => all.warmUp())
        .catch(() => undefined),
    async close() {
      progress.end();
      // An opening that failed has been reported by whoever asked for it, and left nothing to close.
      await libraries?.then(
        (all) => all.close(),
        () => undefined,
      );
    },
  };
}
