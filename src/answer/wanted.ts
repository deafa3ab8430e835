/** What kind of answer a question asks for, told by its interrogative. */
export type Wanted = 'person' | 'time' | 'number' | 'place' | 'reason' | 'other';

/**
 * Interrogatives of the languages the default model reads best; closed classes. The first that matches decides, so that
 * "how many" is not taken for "how".
 */
const INTERROGATIVES: readonly (readonly [Wanted, RegExp])[] = [
  [
    'number',
    /\bhow (?:many|much|long|old|large|big|tall|high|deep|far|fast|wide|heavy|often)\b|\b(?:what|which) (?:percentage|percent|number|proportion|fraction|share|amount|size|length|height|weight|cost|price|population|age)\b|\bwie ?(?:viele?|lange?|groß|hoch|alt|oft|weit)\b|\bcuánt[oa]s?\b|\bcombien\b|\bquant[oaie]s?\b|多少|几[个位次年天人种条座名]|多[长大高远久深宽重]|幾[個位次年天人種條座名]|多[長遠寬]|何人|いくつ|いくら/iu,
  ],
  [
    'time',
    /\bwhen\b|\b(?:what|which|in what|in which) (?:year|date|day|month|century|decade|time|period|era|season)\b|\bsince when\b|\bwann\b|\bcuándo\b|\bquand\b|\bquando\b|什么时候|何时|哪[一]?年|哪[一]?天|哪[一个]*月|几[年月日点]|什麼時候|何時|いつ|何年/iu,
  ],
  [
    'person',
    /\bwho(?:m|se)?\b|\bwhich (?:person|man|woman|actor|king|queen|president|author|scientist|player|coach|emperor)\b|\bwer\b|\bwessen\b|\bquién(?:es)?\b|\bqui\b|\bchi\b|\bquem\b|谁|誰|哪[位名]|何者|だれ/iu,
  ],
  [
    'place',
    /\bwhere\b|\b(?:what|which|in what|in which) (?:city|country|town|state|place|county|region|continent|village|location|building|street)\b|\bwo\b|\bwoher\b|\bwohin\b|\bdónde\b|\boù\b|\bdove\b|\bonde\b|哪里|哪儿|何处|何地|在哪|哪[个座]?(?:国家|城市|地方|地区|省|州)|哪裡|哪個(?:國家|城市|地方|地區)|どこ/iu,
  ],
  [
    'reason',
    /\bwhy\b|\bwhat (?:caused|causes|reason)\b|\bwarum\b|\bpor qué\b|\bpourquoi\b|\bperché\b|为什么|为何|為什麼|為何|原因|なぜ/iu,
  ],
];

/** The words that make a question one, in the same languages. */
const INTERROGATIVE =
  /\b(?:who|whom|whose|what|which|when|where|why|how|much|many|wer|wen|wem|wessen|was|wann|wo|woher|wohin|warum|wie|welche[mnrs]?|quién(?:es)?|qué|cuándo|dónde|cómo|cuál(?:es)?|cuánt[oa]s?|qui|que|quoi|quand|où|comment|pourquoi|quel(?:le)?s?|combien|chi|che|quando|dove|come|perché|quale|quali|quant[oaie]s?|quem|onde|como|qual|quais)\b|什么|什麼|怎么|怎麼|怎样|怎樣|为何|為何|如何|多少|哪[个些里种位儿年裡種]?|[谁誰何几幾]|いつ|どこ|なぜ|だれ|どの|どう/giu;

/** Where the interrogatives of a question stand. */
export function interrogatives(question: string): { readonly start: number; readonly end: number }[] {
  return [...question.matchAll(INTERROGATIVE)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
  }));
}

export function wanted(question: string): Wanted {
  return INTERROGATIVES.find(([, pattern]) => pattern.test(question))?.[0] ?? 'other';
}

/** Figures, and number words of the languages above. */
const NUMBER =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|zwei|drei|vier|fünf|hundert|tausend|dos|tres|cuatro|cinco|mil|cien|deux|trois|quatre|cinq|cent|mille)\b|[一二三四五六七八九十百千万亿两兩萬億半几幾]/iu;
const TIME =
  /\b\d{3,4}s?\b|\b\d{1,2}(?:st|nd|rd|th)?[ .](?:century|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|century|centuries|decade|yesterday|today|tomorrow|januar|märz|mai|juni|juli|oktober|dezember|enero|mayo|junio|julio|agosto|siècle|siglo|jahrhundert|janvier|juin|juillet|août)\b|[\d零〇一二三四五六七八九十]+\s*[年月日世]|世纪|世紀|年代|时期|時期|朝/iu;
const REASON =
  /\b(?:because|since|due to|so that|in order to|therefore|thus|as a result|caused|weil|porque|parce que|perché)\b|因为|由于|因此|所以|为了|因為|由於|為了/iu;
/** A capitalised word that does not begin the sentence; in Chinese, a transcribed name. */
const NAME = /(?<=[\p{L}\p{N},;:’'"“(]\s+["“‘(]?)\p{Lu}[\p{L}’'-]+|[\p{Script=Han}]+[·・][\p{Script=Han}]+/gu;

/** Whether a sentence holds something of the wanted kind that the question does not name itself. */
export function holds(wanted: Exclude<Wanted, 'other'>, sentence: string, question: string): boolean {
  switch (wanted) {
    case 'number':
      return NUMBER.test(sentence);
    case 'time':
      return TIME.test(sentence);
    case 'reason':
      return REASON.test(sentence);
    case 'person':
    case 'place': {
      const asked = question.toLowerCase();
      return [...sentence.matchAll(NAME)].some(([name]) => !asked.includes(name.toLowerCase()));
    }
  }
}
