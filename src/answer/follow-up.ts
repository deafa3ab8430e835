import { questionWords } from './terms.js';

/** A question as it is searched for. */
export interface Understood {
  /** What is embedded and matched. */
  readonly text: string;
  /** For people: the question a follow-up was understood as; null where it stands on its own. */
  readonly understoodAs: string | null;
}

/** Words that point back to something said before; closed classes of the two languages people ask in most. */
const POINTS_BACK_ENGLISH =
  /^\s*(?:and|but|so|or|also|then|what about|how about|why|when|where|who|how|which|really|since when|by whom)\s*\??\s*$|^\s*(?:and|but|what about|how about|what else|who else|where else|anything else)\b|\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|then|the same|the other|the former|the latter)\b/iu;
const POINTS_BACK_CHINESE =
  /[它他她其]|这(?!么)|那(?!么)|该(?!怎|如|不)|此|還有|还有|呢[？?]?\s*$|為什麼[？?]?\s*$|为什么[？?]?\s*$/u;

/** A question with no more words of its own than this says too little to stand alone, in any language. */
const MOST_WORDS_OF_A_FRAGMENT = 1;

/**
 * Understands a question in the light of what was asked before: a follow-up is searched together with the last question
 * that stands on its own.
 *
 * @param previous earlier questions, oldest first
 */
export function understand(question: string, previous: readonly string[]): Understood {
  const topic = previous.findLast((earlier) => !pointsBack(earlier)) ?? previous.at(0);
  if (topic === undefined || topic === question || !pointsBack(question)) return { text: question, understoodAs: null };
  return { text: `${topic} ${question}`, understoodAs: `${topic} → ${question}` };
}

function pointsBack(question: string): boolean {
  if (POINTS_BACK_ENGLISH.test(question) || POINTS_BACK_CHINESE.test(question)) return true;
  return questionWords(question, ['en', 'zh']).length <= MOST_WORDS_OF_A_FRAGMENT;
}
