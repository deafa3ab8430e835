import { parentPort } from 'node:worker_threads';
import type { Task, ThreadMessage, Works } from './protocol.js';

/**
 * The thread's side of a pool: loads once, then performs tasks as they come.
 *
 * @param load gives what the pool is told of what was loaded, and what performs a task
 */
export async function serve<W extends Works<W>>(
  load: () => Promise<{ readonly facts: unknown; readonly perform: (task: Task<W>) => unknown }>,
): Promise<void> {
  try {
    const { facts, perform } = await load();
    parentPort!.on('message', (task: Task<W>) => {
      void reply(() => perform(task));
    });
    send({ kind: 'ready', facts });
  } catch (error) {
    send({ kind: 'unusable', reason: reasonOf(error) });
  }
}

/** To the pool; views of memory that nothing else uses are handed over. */
export function send(message: ThreadMessage): void {
  parentPort!.postMessage(message, message.kind === 'done' ? buffersOf(message.output) : []);
}

async function reply(perform: () => unknown): Promise<void> {
  try {
    send({ kind: 'done', output: await perform() });
  } catch (error) {
    send({ kind: 'failed', reason: reasonOf(error) });
  }
}

function buffersOf(output: unknown): ArrayBuffer[] {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return [];
  return Object.values(output)
    .filter((value: unknown): value is Uint8Array<ArrayBuffer> => ArrayBuffer.isView(value))
    .map(({ buffer }) => buffer);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
