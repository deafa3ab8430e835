import { parentPort } from 'node:worker_threads';

// Takes memory outside of its heap, as a parser does that unpacks a bomb, and never answers.
const taken = [];
parentPort.on('message', () => {
  parentPort.postMessage('begun');
  setInterval(() => taken.push(Buffer.alloc(10 * 1024 * 1024, 1)), 5);
});
