import type { Answer, Library, Source } from '../../src/library.js';

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

export interface OwnSet {
  readonly folders: readonly string[];
  readonly answerable: readonly Answerable[];
  readonly unanswerable: readonly Unanswerable[];
}

export function ownSet(): OwnSet;
export function languageOf(question: string): 'en' | 'zh';

/** A question with what came back for it. */
export interface Asked {
  /** Null for an unanswerable one. */
  readonly articleId: string | null;
  readonly answers: readonly string[];
  readonly answered: boolean;
  readonly excerpts: readonly {
    readonly articleId: string;
    readonly text: string;
    readonly highlight?: { readonly text: string };
  }[];
}

export interface Reply extends Asked {
  readonly question: string;
  readonly confidence: number;
  readonly excerpts: Answer['excerpts'];
}

export interface Replies {
  /** Texts of the articles by id. */
  readonly texts: ReadonlyMap<string, string>;
  readonly groups: {
    readonly en: readonly Reply[];
    readonly zh: readonly Reply[];
    /** Question in one language, all articles in the other. */
    readonly across: readonly Reply[];
    /** The same questions, with articles in both languages. */
    readonly mixed: readonly Reply[];
  };
  readonly unanswerable: readonly Reply[];
}

export function askOwnSet(library: Library, sources: readonly Source[], set: OwnSet): Promise<Replies>;
export function judge(asked: Asked): { passages: boolean[]; highlights: boolean[] };

export interface Figures {
  readonly passageHit1: number;
  readonly passageHit5: number;
  readonly passageMrr5: number;
  readonly highlightHit1: number;
  readonly highlightHit3: number;
  readonly answered: number;
  /** Answered, and the first excerpt is the right one. */
  readonly rightlyAnswered: number;
  readonly medianLength: number;
  readonly meanLength: number;
}

export function figuresOf(asked: readonly Asked[]): Figures;
export function mean(values: readonly number[]): number;
export function quantile(values: readonly number[], q: number): number;
