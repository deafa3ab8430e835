/** A thread with the model's weights: from the ids of tokens to vectors. A run blocks the thread it is on. */
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { workerData } from 'node:worker_threads';
import onnxruntime, { type InferenceSession } from 'onnxruntime-node';
import { centre, readMeans, type GroupMeans, type Means } from './means.js';
import { modelFile } from './models.js';
import type { ModelFacts, ModelPlace, ModelWork, Spelled, Task } from './protocol.js';
import { packStates } from './states.js';
import { serve } from './thread.js';

const { model: name, card, modelsDir, downloadDir } = workerData as ModelPlace;

interface Loaded {
  readonly session: InferenceSession;
  readonly dimensions: number;
  /** Outputs with token states, the last layer last. */
  readonly layers: readonly string[];
  readonly means: Means | null;
}

/**
 * One compute thread a session: several of these threads with one each are half as fast again as one with as many (103
 * against 70 passages a second on two cores, MiniLM). By its path: of a model that comes as bytes this version of the runtime
 * does not read the options, and each session takes all cores.
 */
const SESSION_OPTIONS = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' } as const;

void serve<ModelWork>(async () => {
  const file = [modelsDir, downloadDir].map((folder) => modelFile(folder, name)).find((one) => existsSync(one));
  if (file === undefined) throw new Error(`the weights of ${name} are not there`);
  const dimensions = hiddenSize(join(dirname(file), '..', 'config.json'));
  const session = await onnxruntime.InferenceSession.create(file, SESSION_OPTIONS);
  const middle = card.middleLayers ?? [];
  // A copy of the model without these outputs has a vector for each text, but no states to compare.
  const hasLayers = middle.every((layer) => session.outputNames.includes(layer));
  const loaded: Loaded = {
    session,
    dimensions,
    layers: [...(hasLayers ? middle : []), 'last_hidden_state'],
    means: hasLayers ? readMeans(modelsDir, name, dimensions) : null,
  };
  giveWay();
  const facts: ModelFacts = { dimensions, bytes: statSync(file).size };
  return { facts, perform: (task) => embed(loaded, task) };
});

function hiddenSize(file: string): number {
  const { hidden_size: size } = JSON.parse(readFileSync(file, 'utf8')) as { hidden_size?: number };
  if (!size) throw new Error(`the configuration of ${name} names no hidden_size`);
  return size;
}

/**
 * Lets the program's main thread go first where processors are short: it has little to do, and people wait for it. Only on
 * Linux does a thread have a priority of its own.
 */
function giveWay(): void {
  const self = '/proc/thread-self';
  if (process.platform !== 'linux' || !existsSync(self)) return;
  setPriority(Number(basename(readlinkSync(self))), constants.priority.PRIORITY_BELOW_NORMAL);
}

async function embed(model: Loaded, task: Task<ModelWork>): Promise<ModelWork[keyof ModelWork]['output']> {
  const { dimensions } = model;
  const layers = await run(model, task);
  const last = layers.at(-1)!;
  const means = model.means?.[task.group];
  const vector =
    meanOf(last, dimensions, 0, card.pooling === 'mean' ? task.ids.length : 1) ?? new Float32Array(dimensions);
  if (task.kind === 'question') {
    return {
      vector,
      centred: means ? centre(vector, means.question) : null,
      states: means ? centredStates(layers, task.rows, means) : null,
    };
  }
  const ranges = task.rows.slice(1).map((to, index) => ({ from: task.rows[index]!, to }));
  const sentences = new Float32Array(ranges.length * dimensions);
  ranges.forEach(({ from, to }, index) => {
    // A sentence that was cut off by the model's limit gets the passage's.
    sentences.set(meanOf(last, dimensions, from, to) ?? vector, index * dimensions);
  });
  return { vector, sentences, states: means ? packStates(layers, ranges, means.passageTokens) : new Uint8Array() };
}

/** One pass of the model. Token states a layer, the last layer last, a row a token. */
async function run({ session, layers }: Loaded, { ids }: Spelled): Promise<Float32Array[]> {
  const { Tensor } = onnxruntime;
  const shape = [1, ids.length];
  const inputs: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: new BigInt64Array(ids.length).fill(1n),
    token_type_ids: new BigInt64Array(ids.length),
  };
  const output = await session.run(
    Object.fromEntries(session.inputNames.map((input) => [input, new Tensor('int64', inputs[input]!, shape)])),
  );
  return layers.map((layer) => output[layer]!.data as Float32Array);
}

/** The question's rows of all layers without their means, at unit length, one after the other. */
function centredStates(
  layers: readonly Float32Array[],
  [from = 0, to = 0]: readonly number[],
  { questionTokens: means }: GroupMeans,
): Float32Array {
  const dimensions = means[0]!.length;
  const centred = new Float32Array(layers.length * (to - from) * dimensions);
  let at = 0;
  layers.forEach((states, layer) => {
    for (let row = from; row < to; row++, at += dimensions) {
      centred.set(centre(states, means[layer]!, row * dimensions), at);
    }
  });
  return centred;
}

/** Mean of the rows from `from` up to `to`, scaled to unit length; null where there are none. */
function meanOf(states: Float32Array, dimensions: number, from: number, to: number): Float32Array | null {
  if (to <= from) return null;
  const mean = new Float32Array(dimensions);
  for (let at = from * dimensions; at < to * dimensions; at += dimensions) {
    for (let column = 0; column < dimensions; column++) mean[column]! += states[at + column]!;
  }
  const norm = Math.hypot(...mean);
  if (norm === 0) return null;
  for (let column = 0; column < dimensions; column++) mean[column]! /= norm;
  return mean;
}
