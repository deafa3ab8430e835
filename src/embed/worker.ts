/** The embedding thread, the only place that knows transformers.js. Its runtime blocks the thread it runs on. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
import type { Task, TaskResults, WorkerMessage, WorkerSettings } from './protocol.js';

/** A run of tokens: `ids.slice(from, to)`. */
interface TokenRange {
  readonly from: number;
  readonly to: number;
}

type Work = Exclude<Task, { kind: 'end' }>;
type Result = TaskResults[Work['kind']];

interface Model {
  readonly tokenizer: PreTrainedTokenizer;
  readonly encoder: PreTrainedModel;
  readonly dimensions: number;
}

const { model: name, card, modelsDir, downloadDir } = workerData as WorkerSettings;
const port = parentPort!;

/** The piece for the start of a word in SentencePiece vocabularies. */
const WORD_START = '▁';
/** Scripts written without spaces between words. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}]/u;

useOneComputeThread();
try {
  const model = await load();
  const wordStartId = pieceId(model.tokenizer, WORD_START);
  port.on('message', (task: Task) => {
    if (task.kind === 'end') {
      port.close();
      return;
    }
    void perform(model, wordStartId, task).then(
      (result) => send({ kind: 'done', result }, buffersOf(result)),
      (error: unknown) => send({ kind: 'failed', reason: reasonOf(error) }),
    );
  });
  send({ kind: 'ready', dimensions: model.dimensions, bytes: modelBytes() });
} catch (error) {
  send({ kind: 'unusable', reason: reasonOf(error) });
}

async function perform(model: Model, wordStartId: number | undefined, task: Work): Promise<Result> {
  switch (task.kind) {
    case 'count':
      return task.texts.map((text) => tokenIds(model, text).length);
    case 'question': {
      const ids = tokenIds(model, card.questionPrefix + task.text);
      const { states, length } = await run(model, ids);
      return { vector: pooled(states, length, model.dimensions) };
    }
    case 'passage': {
      const ids = tokenIds(model, card.passagePrefix + task.context);
      const ranges: TokenRange[] = [];
      for (const sentence of task.sentences) {
        const from = ids.length;
        const own = tokenIds(model, sentence);
        // On its own a text begins a word; within running Chinese or Japanese it does not.
        ids.push(...(own[0] === wordStartId && UNSPACED.test(sentence) ? own.slice(1) : own));
        ranges.push({ from, to: ids.length });
      }
      const { states, length } = await run(model, ids);
      const vector = pooled(states, length, model.dimensions);
      return { vector, sentences: sentenceVectors(states, length, ranges, vector) };
    }
  }
}

/** Token ids of a text without the model's own marks. */
function tokenIds({ tokenizer }: Model, text: string): number[] {
  return text === '' ? [] : tokenizer.encode(text, null, { add_special_tokens: false });
}

/** One pass of the model. `states` holds `length` rows; the first and the last are the model's own marks. */
async function run(model: Model, ids: readonly number[]): Promise<{ states: Float32Array; length: number }> {
  const [first, last] = marks(model.tokenizer);
  const input = [first, ...ids.slice(0, card.maxTokens - 2), last];
  const shape = [1, input.length];
  const output = (await model.encoder({
    input_ids: new Tensor('int64', BigInt64Array.from(input, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(input.length).fill(1n), shape),
  })) as { last_hidden_state: { data: Float32Array } };
  return { states: output.last_hidden_state.data, length: input.length };
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
function sentenceVectors(
  states: Float32Array,
  length: number,
  ranges: readonly TokenRange[],
  passage: Float32Array,
): Float32Array {
  const dimensions = passage.length;
  const vectors = new Float32Array(ranges.length * dimensions);
  ranges.forEach(({ from, to }, index) => {
    // Row 0 is the mark in front, the last row the mark behind.
    const mean = meanOf(states, dimensions, from + 1, Math.min(to + 1, length - 1));
    vectors.set(mean ?? passage, index * dimensions);
  });
  return vectors;
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
  return { tokenizer, encoder, dimensions };
}

/** Size of the weights on disk; tells two versions of a model apart. */
function modelBytes(): number {
  const paths = [modelsDir, downloadDir].map((folder) => join(folder, name, 'onnx', 'model_quantized.onnx'));
  const path = paths.find((candidate) => existsSync(candidate));
  return path ? statSync(path).size : 0;
}

/**
 * One compute thread a session: several of these threads with one each are half as fast again as one with as many
 * (103 against 70 passages a second on two cores, MiniLM). transformers.js 2 passes no session options on.
 */
function useOneComputeThread(): void {
  const sessions = onnxruntime.InferenceSession;
  const create = sessions.create.bind(sessions) as (
    model: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => Promise<InferenceSession>;
  Object.assign(sessions, {
    create: (model: Uint8Array, options: InferenceSession.SessionOptions) =>
      create(model, { ...options, intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' }),
  });
}

function pieceId(tokenizer: PreTrainedTokenizer, piece: string): number | undefined {
  const { tokens_to_ids: ids } = tokenizer.model as { tokens_to_ids: Map<string, number> };
  return ids.get(piece);
}

function buffersOf(result: Result): ArrayBuffer[] {
  if (Array.isArray(result)) return [];
  const vectors = 'sentences' in result ? [result.vector, result.sentences] : [result.vector];
  return vectors.map((vector) => vector.buffer as ArrayBuffer);
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
