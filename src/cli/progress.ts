import { Presets, SingleBar } from 'cli-progress';
import { clip, defuseLine } from './terminal-text.js';

/** Shows on a terminal how far a piece of work is; elsewhere shows nothing. */
export interface Progress {
  /**
   * @param done share of the work, 0 to 1
   * @param label what is being worked on
   */
  update(done: number, label: string): void;
  /** Takes the bar away while `write` writes, so that lines do not run into it. */
  around(write: () => void): void;
  /** The work is over; the bar disappears. */
  end(): void;
}

/** Steps of the bar. */
const STEPS = 1000;
const BAR_COLUMNS = 24;
/** What stands beside the bar: percentage and spaces. */
const BESIDE_BAR = 8;

/** A progress bar on `stream`, drawn from the first update on. */
export function openProgress(stream: NodeJS.WriteStream, visible: boolean): Progress {
  let bar: SingleBar | undefined;
  let value = 0;
  let label = '';

  function draw(): void {
    bar = new SingleBar(
      {
        format: '{bar} {percentage}% {label}',
        barsize: BAR_COLUMNS,
        stream,
        hideCursor: true,
        clearOnComplete: true,
        linewrap: true,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    bar.start(STEPS, value, { label });
  }

  function hide(): void {
    bar?.stop();
    bar = undefined;
  }

  return {
    update(done, what) {
      if (!visible) return;
      value = Math.floor(Math.max(0, Math.min(1, done)) * STEPS);
      label = clip(defuseLine(what), (stream.columns || 80) - BAR_COLUMNS - BESIDE_BAR);
      if (bar) bar.update(value, { label });
      else draw();
    },
    around(write) {
      const shown = bar !== undefined;
      hide();
      write();
      if (shown) draw();
    },
    end: hide,
  };
}
