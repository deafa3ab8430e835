/** A passage as the model gets it. */
export interface PassageInput {
  /** What the passage is about beside its own words: title and headings; may be empty. */
  readonly context: string;
  /** The passage's text in pieces, one a sentence, in order; joined they are what is embedded. */
  readonly sentences: readonly string[];
}

/** What one pass of the model over a passage gives. */
export interface PassageEmbedding {
  /** Unit length, `dimensions` long: mean of the token states. */
  readonly vector: Float32Array;
  /** One unit-length vector per sentence, one after the other: mean of the sentence's token states in the passage's own pass. */
  readonly sentences: Float32Array;
}

/** What one pass over a question gives. */
export interface QuestionEmbedding {
  /** Unit length. */
  readonly vector: Float32Array;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each text: how many of this call's texts are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Texts to vectors, off the main thread. Questions go before passages that wait. */
export interface Embedder {
  /** Names model and method: vectors with different fingerprints cannot be compared. */
  readonly fingerprint: string;
  readonly dimensions: number;
  /** Longest passage the model reads, in its tokens, context included. */
  readonly maxTokens: number;
  /** Tokens of each text, without the model's own marks. */
  countTokens(texts: readonly string[], options?: EmbedOptions): Promise<number[]>;
  /** In the order of the inputs; the same input gives the same vectors every time. */
  embedPassages(inputs: readonly PassageInput[], options?: EmbedOptions): Promise<PassageEmbedding[]>;
  embedQuestion(question: string, options?: EmbedOptions): Promise<QuestionEmbedding>;
  close(): Promise<void>;
}
