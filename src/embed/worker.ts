/** The thread that spells texts in the model's vocabulary, the only place that knows transformers.js. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { AutoModel, AutoTokenizer, env, type PreTrainedTokenizer } from '@xenova/transformers';
import { groupOfLanguage, groupOfText } from './means.js';
import { modelFile } from './models.js';
import type { ModelPlace, SpellingWork, Task } from './protocol.js';
import { send, serve } from './thread.js';

const { model: name, card, modelsDir, downloadDir } = workerData as ModelPlace;

/** The piece for the start of a word in SentencePiece vocabularies. */
const WORD_START = '▁';
/** Scripts written without spaces between words. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{P}]/u;

/** Sentences whose tokens are kept: an article or two. */
const RECENT_SENTENCES = 2_000;

void serve<SpellingWork>(async () => {
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
  if (!local && !existsSync(modelFile(downloadDir, name))) {
    // Brings the weights here; the threads that use them load them from there.
    await (await AutoModel.from_pretrained(name, options)).dispose();
  }
  return { facts: null, perform: speller(tokenizer) };
});

function speller(tokenizer: PreTrainedTokenizer): (task: Task<SpellingWork>) => unknown {
  const { tokens_to_ids: ids, vocab } = tokenizer.model as { tokens_to_ids: Map<string, number>; vocab: string[] };
  const wordStartId = ids.get(WORD_START);
  const [first, last] = tokenizer.encode('', null, { add_special_tokens: true });
  if (first === undefined || last === undefined)
    throw new Error(`the tokenizer of ${name} puts no marks around a text`);
  const questionPrefix = tokenIds(card.questionPrefix);
  const recent = new Map<string, number[]>();

  /** Token ids of a text without the model's own marks. */
  function tokenIds(text: string): number[] {
    return text === '' ? [] : tokenizer.encode(text, null, { add_special_tokens: false });
  }

  /** Of a sentence: counted first, then wanted again when its passage is embedded. */
  function sentenceIds(text: string): number[] {
    const known = recent.get(text);
    if (known) return known;
    const own = tokenIds(text);
    if (recent.size === RECENT_SENTENCES) recent.clear();
    recent.set(text, own);
    return own;
  }

  /** @param ends of the parts, in tokens */
  function spelled(own: readonly number[], ends: readonly number[]) {
    const input = [first!, ...own.slice(0, card.maxTokens - 2), last!];
    // Row 0 is the mark in front, the last row the mark behind.
    const rows = ends.map((end) => Math.min(end + 1, input.length - 1));
    return { ids: BigInt64Array.from(input, BigInt), rows };
  }

  return (task) => {
    switch (task.kind) {
      case 'count':
        return task.texts.map((text) => sentenceIds(text).length);
      case 'question': {
        const own = tokenIds(task.text);
        const from = questionPrefix.length;
        const { ids: input, rows } = spelled([...questionPrefix, ...own], [from, from + own.length]);
        const pieces = own.slice(0, rows[1]! - rows[0]!).map((id) => vocab[id] ?? '');
        return { ids: input, rows, group: groupOfText(task.text), pieces };
      }
      case 'passage': {
        const own = tokenIds(card.passagePrefix + task.context);
        const ends: number[] = [own.length];
        for (const sentence of task.sentences) {
          const tokens = sentenceIds(sentence);
          // On its own a text begins a word; within running Chinese or Japanese it does not.
          own.push(...(tokens[0] === wordStartId && UNSPACED.test(sentence) ? tokens.slice(1) : tokens));
          ends.push(own.length);
        }
        return { ...spelled(own, ends), group: groupOfLanguage(task.language) };
      }
    }
  };
}
