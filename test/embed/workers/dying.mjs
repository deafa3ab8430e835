// Speaks the embedding thread's protocol; leaves the process's thread on the word "deadly", with its own id as the vector.
import { parentPort, threadId } from 'node:worker_threads';

parentPort.on('message', (task) => {
  const text = task.text ?? task.sentences.join('');
  if (text === 'deadly') process.exit(1);
  parentPort.postMessage({
    kind: 'done',
    result: { vector: Float32Array.of(threadId), sentences: new Float32Array(0) },
  });
});
parentPort.postMessage({ kind: 'ready', dimensions: 1, bytes: 0 });
