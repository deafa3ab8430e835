import { join } from 'node:path';

/** What a model needs to be used as it was trained. A new model is a new row here. */
export interface ModelCard {
  /** Put before a question and before a passage. */
  readonly questionPrefix: string;
  readonly passagePrefix: string;
  /** How token states become one vector: their mean, or the state of the first token. */
  readonly pooling: 'mean' | 'first';
  /** Longest input in tokens, the model's own marks included; what is over it is cut off. */
  readonly maxTokens: number;
  /** Cosine from which on two questions that want the same kind of answer mean the same. */
  readonly likeness: number;
  /**
   * Layers below the last whose token states are compared too, by the name of the model's output. What a middle layer
   * knows of a word depends less on the language and on the sentence around it than what the last one does.
   */
  readonly middleLayers?: readonly string[];
}

/** Output of the ninth of twelve blocks. */
const E5_NINTH_BLOCK = 't350_LayerNormalization';

const E5: ModelCard = {
  questionPrefix: 'query: ',
  passagePrefix: 'passage: ',
  pooling: 'mean',
  maxTokens: 512,
  likeness: 0.93,
};
const BGE: ModelCard = {
  questionPrefix: 'Represent this sentence for searching relevant passages: ',
  passagePrefix: '',
  pooling: 'first',
  maxTokens: 512,
  likeness: 0.85,
};
const SENTENCE_TRANSFORMER: ModelCard = {
  questionPrefix: '',
  passagePrefix: '',
  pooling: 'mean',
  maxTokens: 512,
  likeness: 0.8,
};

/** From the models' own cards. */
const CARDS: Readonly<Record<string, ModelCard>> = {
  'e5-small-zh-en': { ...E5, middleLayers: [E5_NINTH_BLOCK] },
  'Xenova/multilingual-e5-small': E5,
  'Xenova/multilingual-e5-base': E5,
  'Xenova/e5-small-v2': E5,
  'Xenova/bge-small-en-v1.5': BGE,
  'Xenova/all-MiniLM-L6-v2': SENTENCE_TRANSFORMER,
};

/** A model without a card is used as most are: nothing put before, mean of the token states. */
export function cardOf(model: string): ModelCard {
  return CARDS[model] ?? SENTENCE_TRANSFORMER;
}

/** See {@link ModelCard.likeness}. */
export function likenessOf(model: string): number {
  return cardOf(model).likeness;
}

/** A model's weights below a folder of models, as the hub lays them out. */
export function modelFile(folder: string, model: string): string {
  return join(folder, model, 'onnx', 'model_quantized.onnx');
}
