export interface Answerable {
  readonly question: string;
  /** A file's name. */
  readonly article: string;
  /** Pieces of the article's text, each of which answers the question. */
  readonly answers: readonly string[];
}

export interface Unanswerable {
  readonly question: string;
  /** The file of the article that comes nearest, and does not say it. */
  readonly near: string;
}

export function ownSet(): {
  readonly folders: readonly string[];
  readonly answerable: readonly Answerable[];
  readonly unanswerable: readonly Unanswerable[];
};

export function languageOf(question: string): 'en' | 'zh';

/** A question with what came back for it. */
export interface Asked {
  readonly articleId: string;
  readonly answers: readonly string[];
  readonly answered: boolean;
  readonly excerpts: readonly {
    readonly articleId: string;
    readonly text: string;
    readonly highlight?: { readonly text: string };
  }[];
}

export function judge(asked: Asked): { passages: boolean[]; highlights: boolean[] };

export interface Figures {
  readonly passageHit1: number;
  readonly passageHit5: number;
  readonly passageMrr5: number;
  readonly highlightHit1: number;
  readonly highlightHit3: number;
  readonly answered: number;
  readonly medianLength: number;
  readonly meanLength: number;
}

export function figuresOf(asked: readonly Asked[]): Figures;
export function mean(values: readonly number[]): number;
export function quantile(values: readonly number[], q: number): number;
