import { parentPort } from 'node:worker_threads';

// Ends in the middle of its first job, as a thread does that crashes.
parentPort.on('message', () => process.exit(7));
