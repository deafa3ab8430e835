// From the start of the process to the first answer of the console, and a reindex with nothing to do.
import { PROGRAM, run } from './processes.mjs';

/** @returns of each round seconds to the first answer */
export async function measureStarting({ dataDir, model, modelsDir, rounds, question }) {
  const seconds = [];
  for (let round = 0; round < rounds; round++) {
    // One JSON object a line, so that the first line is the answer and no echo of the question.
    const { output, firstSeconds } = await run([PROGRAM, '--json'], {
      settings: { DATA_DIR: dataDir, MODELS_DIR: modelsDir, EMBEDDING_MODEL: model },
      input: `${question}\n`,
    });
    if (JSON.parse(output).excerpts === undefined) throw new Error(`The console did not answer: ${output}`);
    seconds.push(firstSeconds);
  }
  return { firstAnswerSeconds: seconds };
}

/** @returns of each round seconds of the whole process */
export async function measureReindex({ dataDir, model, modelsDir, rounds }) {
  const wholeSeconds = [];
  for (let round = 0; round < rounds; round++) {
    const { output, seconds } = await run([PROGRAM, 'reindex', '--json'], {
      settings: { DATA_DIR: dataDir, MODELS_DIR: modelsDir, EMBEDDING_MODEL: model },
    });
    const { embedded } = JSON.parse(output);
    if (embedded !== 0) throw new Error(`A reindex with nothing changed embedded ${embedded} passages.`);
    wholeSeconds.push(seconds);
  }
  return { wholeSeconds };
}
