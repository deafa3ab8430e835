import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Groups of languages whose vectors lean the same way: those written in Chinese characters, and the others. */
export type LanguageGroup = 'zh' | 'en';

/** Mean vectors of a group of languages, `dimensions` long each. */
export interface GroupMeans {
  /** Of passages', sentences' and questions' unit vectors. */
  readonly passage: Float32Array;
  readonly sentence: Float32Array;
  readonly question: Float32Array;
  /** Of token states as they are, a layer after the other, middle layers first. */
  readonly passageTokens: readonly Float32Array[];
  readonly questionTokens: readonly Float32Array[];
}

export type Means = Readonly<Record<LanguageGroup, GroupMeans>>;

const FILE = 'means.json';
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const LETTER = /\p{L}/gu;

/**
 * The means that stand beside a model's weights; null where there are none. `bench/means.mjs` makes the file.
 * @throws Error when the file is not of this model
 */
export function readMeans(modelsDir: string, model: string, dimensions: number): Means | null {
  const file = join(modelsDir, model, FILE);
  if (!existsSync(file)) return null;
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<LanguageGroup, Record<string, string | string[]>>;
  const vector = (packed: string | string[] | undefined): Float32Array => {
    const bytes = typeof packed === 'string' ? Uint8Array.from(Buffer.from(packed, 'base64')) : new Uint8Array();
    if (bytes.length !== dimensions * Float32Array.BYTES_PER_ELEMENT) throw new Error(`${file} is of another model`);
    return new Float32Array(bytes.buffer);
  };
  const group = (name: LanguageGroup): GroupMeans => {
    const { passage, sentence, question, passageTokens, questionTokens } = json[name];
    return {
      passage: vector(passage),
      sentence: vector(sentence),
      question: vector(question),
      passageTokens: [passageTokens ?? []].flat().map(vector),
      questionTokens: [questionTokens ?? []].flat().map(vector),
    };
  };
  return { zh: group('zh'), en: group('en') };
}

/** @param language BCP 47 tag of an article */
export function groupOfLanguage(language: string | null): LanguageGroup {
  return /^(?:zh|ja|yue|lzh)\b/i.test(language ?? '') ? 'zh' : 'en';
}

/** Of a question, which seldom says what language it is in: by its letters. */
export function groupOfText(text: string): LanguageGroup {
  const han = text.match(HAN_OR_KANA)?.length ?? 0;
  const letters = text.match(LETTER)?.length ?? 0;
  return han * 2 > letters ? 'zh' : 'en';
}

/** `vector` without `mean`, at unit length. @param at where the vector begins in a row of them */
export function centre(vector: Float32Array, mean: Float32Array, at = 0): Float32Array {
  const centred = new Float32Array(mean.length);
  let squares = 0;
  for (let i = 0; i < mean.length; i++) {
    const value = vector[at + i]! - mean[i]!;
    centred[i] = value;
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  if (norm > 0) for (let i = 0; i < mean.length; i++) centred[i]! /= norm;
  return centred;
}
