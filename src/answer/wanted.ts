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

export function wanted(question: string): Wanted {
  return INTERROGATIVES.find(([, pattern]) => pattern.test(question))?.[0] ?? 'other';
}
