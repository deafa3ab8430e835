// Speaks a model thread's protocol; ends on the word "deadly", and gives its own id as the vector.
import { parentPort, threadId } from 'node:worker_threads';

parentPort.on('message', ({ ids }) => {
  if (String.fromCodePoint(...Array.from(ids, Number)) === 'deadly') process.exit(1);
  parentPort.postMessage({ kind: 'done', output: { vector: Float32Array.of(threadId), centred: null, states: null } });
});
parentPort.postMessage({ kind: 'ready', facts: { dimensions: 1, bytes: 0 } });
