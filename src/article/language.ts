import { eld } from 'eld/extrasmall';

/** Languages that the detector knows: of others, what a page declares stands (Indonesian would always be Malay). */
const DETECTED = new Set(Object.values(eld.info().Languages));
/** Characters looked at: enough to be sure, and quick on a book. */
const SAMPLE = 4000;
/** Letters below which a guess is worth nothing. */
const LEAST_LETTERS = 20;
/** Share of the best score from which a declared language is as likely: Malay and Indonesian, Danish and Norwegian. */
const NEAR = 0.8;
/** Scripts that settle the language, or nearly: share of letters from which they do. */
const SCRIPT_SHARE = 0.25;

/**
 * The language of a text as BCP 47 primary tag: what was declared, unless the text clearly says otherwise.
 *
 * @param declared a tag as found in a page (`en-US`, `zh_CN`), or null
 */
export function languageOf(text: string, declared: string | null): string | null {
  const tag = primaryTag(declared);
  const sample = text.slice(0, SAMPLE);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters < LEAST_LETTERS) return tag;
  const script = byScript(sample, letters);
  if (script !== null) return script;
  const found = eld.detect(sample);
  if (found.language === '') return tag;
  if (tag === null) return found.isReliable() || letters > 200 ? found.language : null;
  if (found.language === tag || !found.isReliable() || !DETECTED.has(tag)) return tag;
  // Near relatives are told apart by the page rather than by letter counts.
  const scores = found.getScores();
  const declaredScore = scores[tag];
  return declaredScore !== undefined && declaredScore >= (scores[found.language] ?? 1) * NEAR ? tag : found.language;
}

/** The primary part of a language tag in lower case; null for what is none. */
export function primaryTag(tag: string | null): string | null {
  const primary = /^\s*([a-z]{2,3})(?:[-_]|\s*$)/i.exec(tag ?? '')?.[1]?.toLowerCase();
  if (primary === undefined || primary === 'und' || primary === 'mul') return null;
  try {
    return Intl.getCanonicalLocales(primary)[0] ?? null;
  } catch {
    return null;
  }
}

function byScript(sample: string, letters: number): string | null {
  const share = (script: RegExp) => (sample.match(script)?.length ?? 0) / letters;
  if (share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > SCRIPT_SHARE / 3) return 'ja';
  if (share(/\p{Script=Hangul}/gu) > SCRIPT_SHARE) return 'ko';
  if (share(/\p{Script=Han}/gu) > SCRIPT_SHARE) return 'zh';
  return null;
}
