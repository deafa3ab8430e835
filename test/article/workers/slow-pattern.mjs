import { parentPort } from 'node:worker_threads';

// Begins its first job, and looks at it with a pattern that takes for ever.
parentPort.on('message', () => {
  parentPort.postMessage('begun');
  /^(\w+\s?)*$/.test(`${'a'.repeat(100)}!`);
});
