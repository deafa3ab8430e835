/** Text to the terms that the keyword index holds and questions are matched by. */
import { stemmer as danish } from '@orama/stemmers/danish';
import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as finnish } from '@orama/stemmers/finnish';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as hungarian } from '@orama/stemmers/hungarian';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as norwegian } from '@orama/stemmers/norwegian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as romanian } from '@orama/stemmers/romanian';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stemmer as swedish } from '@orama/stemmers/swedish';
import { stemmer as turkish } from '@orama/stemmers/turkish';
import { stopwords as danishStops } from '@orama/stopwords/danish';
import { stopwords as dutchStops } from '@orama/stopwords/dutch';
import { stopwords as englishStops } from '@orama/stopwords/english';
import { stopwords as finnishStops } from '@orama/stopwords/finnish';
import { stopwords as frenchStops } from '@orama/stopwords/french';
import { stopwords as germanStops } from '@orama/stopwords/german';
import { stopwords as hungarianStops } from '@orama/stopwords/hungarian';
import { stopwords as italianStops } from '@orama/stopwords/italian';
import { stopwords as norwegianStops } from '@orama/stopwords/norwegian';
import { stopwords as portugueseStops } from '@orama/stopwords/portuguese';
import { stopwords as romanianStops } from '@orama/stopwords/romanian';
import { stopwords as spanishStops } from '@orama/stopwords/spanish';
import { stopwords as swedishStops } from '@orama/stopwords/swedish';
import { stopwords as turkishStops } from '@orama/stopwords/turkish';

/** Snowball stemmer and stop words of a language. */
interface Analyser {
  /** Without diacritics: people leave them out when they ask. */
  readonly stem: (word: string) => string;
  readonly stops: ReadonlySet<string>;
}

/** Stems remembered, a language: the words of a large library, in some megabytes. Stemming takes microseconds, a look-up none. */
const REMEMBERED_STEMS = 50_000;

/** By BCP 47 primary language. */
const ANALYSERS: Readonly<Record<string, Analyser>> = {
  da: analyser(danish, danishStops),
  de: analyser(german, germanStops),
  // The list lacks these; possessives and contractions come apart at the apostrophe.
  en: analyser(english, [...englishStops, 'a', 's', 't', 'd', 'll', 've', 're', 'm']),
  es: analyser(spanish, spanishStops),
  fi: analyser(finnish, finnishStops),
  fr: analyser(french, frenchStops),
  hu: analyser(hungarian, hungarianStops),
  it: analyser(italian, italianStops),
  nb: analyser(norwegian, norwegianStops),
  nl: analyser(dutch, dutchStops),
  no: analyser(norwegian, norwegianStops),
  pt: analyser(portuguese, portugueseStops),
  ro: analyser(romanian, romanianStops),
  sv: analyser(swedish, swedishStops),
  tr: analyser(turkish, turkishStops),
};

const PLAIN = analyser((word) => word, []);

/** Runs of letters and digits; a figure keeps its separators (`1,500`, `3.5`). */
const WORD = /\d+(?:[.,]\d+)+|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;
const ASCII_WORD = /^[a-z0-9]+$/;
/** Scripts written without spaces between words. */
const UNSPACED_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+/gu;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]/u;
/**
 * What a Chinese question consists of beside its subject; dropped from questions as stop words are. Function words and
 * interrogatives of the modern language.
 */
const CHINESE_STOPS =
  /什么样|什么时候|什么|为什么|为何|怎么样|怎么|怎样|如何|哪一个|哪一|哪些|哪个|哪里|哪儿|哪|谁|几个|多少|多大|多久|是否|吗|呢|吧|啊|的|了|是|在|被|把|和|与|及|或|也|都|就|而|于|之|其|这个|这些|这|那个|那些|那|一个|一种|有|為什麼|什麼時候|什麼|為何|怎麼|怎樣|哪個|嗎|這個|這些|這|個|來/gu;

/** A word of a question: the forms it may have in the keyword index, one for each language it was analysed in. */
export interface QuestionWord {
  readonly text: string;
  readonly forms: readonly string[];
}

/**
 * Terms of a text in its own order, repeats kept: stems without stop words for scripts with spaces, pairs of neighbouring
 * characters for Chinese and Japanese. Terms hold letters and digits only.
 *
 * @param language BCP 47 tag of the text; where it is unknown, words stay as they are
 */
export function termsOf(text: string, language: string | null): string[] {
  const { stem, stops } = analyserOf(language);
  const terms: string[] = [];
  for (const word of wordsOf(text)) {
    if (isUnspaced(word)) terms.push(...characterPairs(word));
    else if (!stops.has(word)) terms.push(stem(word));
  }
  return terms;
}

/**
 * The words of a question that carry meaning. A question seldom says what language it is in, so each word is analysed in
 * every language the library holds, and is left out only where each of those with a list of stop words calls it one.
 *
 * @param languages BCP 47 tags of the library's articles
 */
export function questionWords(question: string, languages: Iterable<string | null>): QuestionWord[] {
  const analysers = new Set([...languages].map(analyserOf));
  const judges = [...analysers].filter((one) => one !== PLAIN);
  // A library without such a language may still be asked in English, and holds names in Latin script as they are.
  if (judges.length === 0) judges.push(ANALYSERS['en']!);
  if (analysers.size === 0) analysers.add(PLAIN);
  const words = new Map<string, QuestionWord>();
  for (const word of wordsOf(question)) {
    if (isUnspaced(word)) {
      for (const run of word.split(CHINESE_STOPS)) {
        for (const pair of run ? characterPairs(run) : []) words.set(pair, { text: pair, forms: [pair] });
      }
      continue;
    }
    if (judges.every(({ stops }) => stops.has(word))) continue;
    const forms = [...analysers].filter(({ stops }) => !stops.has(word)).map(({ stem }) => stem(word));
    words.set(word, { text: word, forms: [...new Set(forms)] });
  }
  return [...words.values()];
}

/** A word as {@link questionWords} names it (a pair of characters in unspaced scripts), and where it stands. */
export interface WordSpan {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a text that is in Unicode's compatibility form already, with their places. */
export function wordSpans(text: string): WordSpan[] {
  const spans: WordSpan[] = [];
  for (const { 0: match, index } of text.toLowerCase().matchAll(WORD)) {
    if (UNSPACED_RUN.test(match)) {
      for (let at = index; at < index + match.length - 1; at++) {
        spans.push({ word: text.slice(at, at + 2).toLowerCase(), start: at, end: at + 2 });
      }
      spans.push({ word: match, start: index, end: index + match.length });
    } else {
      spans.push({ word: match.replace(/[.,]/g, ''), start: index, end: index + match.length });
    }
    UNSPACED_RUN.lastIndex = 0;
  }
  return spans;
}

/** Lower-case words and figures in order; runs of unspaced scripts are words of their own. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [match] of text.normalize('NFKC').toLowerCase().matchAll(WORD)) {
    if (ASCII_WORD.test(match)) {
      words.push(match);
      continue;
    }
    if (/^\d/.test(match) && /[.,]/.test(match)) {
      words.push(match.replace(/[.,]/g, ''));
      continue;
    }
    let at = 0;
    for (const run of match.matchAll(UNSPACED_RUN)) {
      if (run.index > at) words.push(match.slice(at, run.index));
      words.push(run[0]);
      at = run.index + run[0].length;
    }
    if (at < match.length) words.push(match.slice(at));
  }
  return words;
}

function characterPairs(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => characters[index]! + character);
}

function isUnspaced(word: string): boolean {
  return word.charCodeAt(0) > 0x2e7f && UNSPACED.test(word);
}

function analyserOf(language: string | null): Analyser {
  const primary = language?.split('-')[0]?.toLowerCase() ?? '';
  return ANALYSERS[primary] ?? PLAIN;
}

function analyser(stem: (word: string) => string, stops: readonly string[]): Analyser {
  const stems = new Map<string, string>();
  return {
    stem(word) {
      let stemmed = stems.get(word);
      if (stemmed === undefined) {
        stemmed = stem(word)
          .normalize('NFD')
          .replace(/[\u0300-\u036f]/g, '')
          .normalize('NFC');
        if (stems.size >= REMEMBERED_STEMS) stems.clear();
        stems.set(word, stemmed);
      }
      return stemmed;
    },
    stops: new Set(stops.flatMap((word) => [word, ...word.split(/['’]/)])),
  };
}
