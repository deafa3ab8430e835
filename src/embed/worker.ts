/** The embedding thread, the only place that knows transformers.js. Its runtime blocks the thread it runs on. */
import { existsSync, readlinkSync, statSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  AutoModel,
  AutoTokenizer,
  env,
  Tensor,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@xenova/transformers';
import onnxruntime, { type InferenceSession } from 'onnxruntime-node';
import { centre, groupOfLanguage, groupOfText, readMeans, type Means } from './means.js';
import { exposeOutputs } from './onnx-outputs.js';
import { packStates } from './states.js';
import type { Task, TaskResults, WorkerMessage, WorkerSettings } from './protocol.js';

/** Rows of token states, from `from` up to `to`. */
interface TokenRange {
  readonly from: number;
  readonly to: number;
}

type Result = TaskResults[Task['kind']];

interface Model {
  readonly tokenizer: PreTrainedTokenizer;
  readonly encoder: PreTrainedModel;
  readonly dimensions: number;
  readonly means: Means | null;
  /** Id of the piece that is nothing but the start of a word. */
  readonly wordStartId: number | undefined;
  pieceOf(id: number): string;
}

const { model: name, card, modelsDir, downloadDir } = workerData as WorkerSettings;
const port = parentPort!;

/** The piece for the start of a word in SentencePiece vocabularies. */
const WORD_START = '▁';
/** Scripts written without spaces between words. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}]/u;

prepareSessions();
try {
  const model = await load();
  giveWay();
  port.on('message', (task: Task) => {
    void perform(model, task).then(
      (result) => send({ kind: 'done', result }, buffersOf(result)),
      (error: unknown) => send({ kind: 'failed', reason: reasonOf(error) }),
    );
  });
  send({ kind: 'ready', dimensions: model.dimensions, bytes: modelBytes() });
} catch (error) {
  send({ kind: 'unusable', reason: reasonOf(error) });
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

async function perform(model: Model, task: Task): Promise<Result> {
  switch (task.kind) {
    case 'count':
      return task.texts.map((text) => tokenIds(model, text).length);
    case 'question': {
      const prefix = tokenIds(model, card.questionPrefix);
      const ids = [...prefix, ...tokenIds(model, task.text)];
      const { layers, length } = await run(model, ids);
      const vector = pooled(layers.at(-1)!, length, model.dimensions);
      // Row 0 is the mark in front, the last row the mark behind.
      const rows = { from: Math.min(prefix.length + 1, length - 1), to: length - 1 };
      const means = model.means?.[groupOfText(task.text)];
      return {
        vector,
        centred: means ? centre(vector, means.question) : null,
        pieces: ids.slice(prefix.length, prefix.length + rows.to - rows.from).map((id) => model.pieceOf(id)),
        states: means ? centredStates(layers, rows, means.questionTokens) : null,
      };
    }
    case 'passage': {
      const ids = tokenIds(model, card.passagePrefix + task.context);
      const ends: number[] = [ids.length];
      for (const sentence of task.sentences) {
        const own = tokenIds(model, sentence);
        // On its own a text begins a word; within running Chinese or Japanese it does not.
        ids.push(...(own[0] === model.wordStartId && UNSPACED.test(sentence) ? own.slice(1) : own));
        ends.push(ids.length);
      }
      const { layers, length } = await run(model, ids);
      const last = layers.at(-1)!;
      const vector = pooled(last, length, model.dimensions);
      const ranges = task.sentences.map((_, index) => ({
        from: Math.min(ends[index]! + 1, length - 1),
        to: Math.min(ends[index + 1]! + 1, length - 1),
      }));
      const means = model.means?.[groupOfLanguage(task.language)];
      return {
        vector,
        sentences: sentenceVectors(last, ranges, vector),
        states: means ? packStates(layers, ranges, means.passageTokens) : new Uint8Array(),
      };
    }
  }
}

/** Token ids of a text without the model's own marks. */
function tokenIds({ tokenizer }: Model, text: string): number[] {
  return text === '' ? [] : tokenizer.encode(text, null, { add_special_tokens: false });
}

/**
 * One pass of the model. Token states a layer, the last layer last, `length` rows each; the first and the last row are the
 * model's own marks.
 */
async function run(model: Model, ids: readonly number[]): Promise<{ layers: Float32Array[]; length: number }> {
  const [first, last] = marks(model.tokenizer);
  const input = [first, ...ids.slice(0, card.maxTokens - 2), last];
  const shape = [1, input.length];
  const output = (await model.encoder({
    input_ids: new Tensor('int64', BigInt64Array.from(input, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(input.length).fill(1n), shape),
  })) as Record<string, { data: Float32Array }>;
  const layers = [...(card.middleLayers ?? []), 'last_hidden_state'].map((layer) => output[layer]!.data);
  return { layers, length: input.length };
}

/** The ids the tokenizer puts around every text. */
function marks(tokenizer: PreTrainedTokenizer): [number, number] {
  const [first, last] = tokenizer.encode('', null, { add_special_tokens: true });
  if (first === undefined || last === undefined)
    throw new Error(`the tokenizer of ${name} puts no marks around a text`);
  return [first, last];
}

function pooled(states: Float32Array, length: number, dimensions: number): Float32Array {
  return meanOf(states, dimensions, 0, card.pooling === 'mean' ? length : 1) ?? new Float32Array(dimensions);
}

/** One unit vector per sentence; a sentence that was cut off by the model's limit gets the passage's. */
function sentenceVectors(states: Float32Array, ranges: readonly TokenRange[], passage: Float32Array): Float32Array {
  const dimensions = passage.length;
  const vectors = new Float32Array(ranges.length * dimensions);
  ranges.forEach(({ from, to }, index) => {
    vectors.set(meanOf(states, dimensions, from, to) ?? passage, index * dimensions);
  });
  return vectors;
}

/** Rows of all layers without their means, at unit length, one after the other. */
function centredStates(
  layers: readonly Float32Array[],
  { from, to }: TokenRange,
  means: readonly Float32Array[],
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
  for (let row = from; row < to; row++) {
    const at = row * dimensions;
    for (let column = 0; column < dimensions; column++) mean[column]! += states[at + column]!;
  }
  const norm = Math.hypot(...mean);
  if (norm === 0) return null;
  for (let column = 0; column < dimensions; column++) mean[column]! /= norm;
  return mean;
}

async function load(): Promise<Model> {
  const local = existsSync(join(modelsDir, name, 'config.json'));
  env.localModelPath = modelsDir;
  env.allowRemoteModels = !local;
  env.cacheDir = downloadDir;
  const options = {
    quantized: true,
    progress_callback: (event: { status: string; file: string; loaded: number; total: number }) => {
      if (!local && event.status === 'progress') {
        send({ kind: 'download', file: event.file, loaded: event.loaded, total: event.total });
      }
    },
  };
  const tokenizer = await AutoTokenizer.from_pretrained(name, options);
  const encoder = await AutoModel.from_pretrained(name, options);
  const { hidden_size: dimensions } = encoder.config as { hidden_size?: number };
  if (!dimensions) throw new Error(`the configuration of ${name} names no hidden_size`);
  const { tokens_to_ids: ids, vocab } = tokenizer.model as { tokens_to_ids: Map<string, number>; vocab: string[] };
  return {
    tokenizer,
    encoder,
    dimensions,
    means: readMeans(modelsDir, name, dimensions),
    wordStartId: ids.get(WORD_START),
    pieceOf: (id) => vocab[id] ?? '',
  };
}

/** Size of the weights on disk; tells two versions of a model apart. */
function modelBytes(): number {
  const paths = [modelsDir, downloadDir].map((folder) => join(folder, name, 'onnx', 'model_quantized.onnx'));
  const path = paths.find((candidate) => existsSync(candidate));
  return path ? statSync(path).size : 0;
}

/**
 * One compute thread a session: several of these threads with one each are half as fast again as one with as many
 * (103 against 70 passages a second on two cores, MiniLM). And the middle layers' states as outputs. transformers.js 2
 * passes neither on.
 */
function prepareSessions(): void {
  const sessions = onnxruntime.InferenceSession;
  const create = sessions.create.bind(sessions) as (
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => Promise<InferenceSession>;
  Object.assign(sessions, {
    create: (model: Uint8Array, options: InferenceSession.SessionOptions) =>
      create(card.middleLayers ? exposeOutputs(model, card.middleLayers) : model, {
        ...options,
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
      }),
  });
}

function buffersOf(result: Result): ArrayBuffer[] {
  if (Array.isArray(result)) return [];
  return Object.values(result)
    .filter((value: unknown): value is Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> => ArrayBuffer.isView(value))
    .map(({ buffer }) => buffer);
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
