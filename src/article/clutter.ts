import { countWords } from './prose.js';

/**
 * What stands between the paragraphs of a page and comes along when its text is copied. A line is clutter only as a whole, and
 * only by its form; a line that ends as a sentence does is never touched.
 */

/** Words a line of clutter has at most: labels and buttons are short. */
const MAX_LABEL_WORDS = 8;
/** Characters a caption with a credit has at most. */
const MAX_CAPTION = 400;
/** Words from which a repeated line is a repeated caption; shorter ones may be a speaker's name or a refrain. */
const REPEATED_WORDS = 3;

const SENTENCE_END = /[.!?…。！？;；,，]["'”’»)\]」』]*$/;

/** Whole lines, letters only and in lower case, that pages put between paragraphs. */
const LABELS = new Set(
  [
    'advertisement|advertisements|advert|ad|ads|sponsored|promoted|sponsored content|skip advertisement',
    'continue reading|read more|read next|show more|see more|load more|story continues below',
    'story continues below advertisement|article continues below|article continues after advertisement',
    'share|share this|share this article|share this story|tweet|print|email|copy link|save|listen|listen to this article',
    'sign in|log in|login|register|subscribe|subscribe now|sign up|follow us|comments|leave a comment|view comments|add comment',
    'related|related articles|related stories|related topics|related content|recommended|you may also like',
    'most read|most popular|trending|more from|back to top|skip to content|skip to main content',
    'menu|search|home|next|previous|close|enlarge image|view gallery|getty images',
    'anzeige|werbung|teilen|drucken|mehr zum thema|weiterlesen|kommentare|zum seitenanfang',
    'publicité|partager|imprimer|lire aussi|à lire aussi|lire la suite|commentaires|s abonner',
    'publicidad|compartir|imprimir|leer más|lee también|comentarios|publicidade|compartilhar|leia mais|leia também|comentários',
    'pubblicità|condividi|stampa|leggi anche|commenti|advertentie|delen|lees ook|реклама|поделиться|читайте также|комментарии',
    '广告|廣告|分享|打印|收藏|评论|評論|阅读更多|閱讀更多|继续阅读|繼續閱讀|相关阅读|相關閱讀|相关文章|相關文章|推荐阅读|推薦閱讀',
    '返回顶部|登录|登入|订阅|訂閱|広告|共有|印刷|関連記事|続きを読む|コメント|광고|공유|인쇄|관련기사|댓글',
  ].flatMap((line) => line.split('|')),
);

/** `Reading time: 2 minutes`, `5 min read`, `阅读时间：3 分钟`. */
const READING_TIME =
  /^(?:(?:estimated )?(?:reading|read) ?time\s*[:：]?\s*\d+\s*(?:min|minutes?)?|\d+\s*-?\s*min(?:ute)?s? read|lesezeit\s*[:：]?\s*\d+\s*min\p{L}*|temps de lecture\s*[:：]?\s*\d+\s*min\p{L}*|tiempo de lectura\s*[:：]?\s*\d+\s*min\p{L}*|tempo d[ei] lett?ura\s*[:：]?\s*\d+\s*min\p{L}*|(?:阅读|閱讀)(?:时间|時間|时长|時長)\s*[:：]?\s*约?\s*\d+\s*分[钟鐘]?)$/iu;
/** Lines that begin like a label and go on with the name of the publication or a number. */
const LABEL_START =
  /^(?:why (?:you can|to) trust |more from |more on |follow \p{Lu}|listen to |watch(?: now)?[:：] |read(?: more| also| next)[:：] |related[:：] |see also[:：] |also read[:：] |share on |subscribe to |sign up (?:for|to) |\d+ comments?$|\d+ shares?$|lesen sie auch[:：] |lire aussi ?[:：] |lea también[:：] |leia também[:：] |相关阅读[:：]|相關閱讀[:：])/iu;
/** A credit at the end of a line makes it a caption: `… in 2019. Photo: Agency`, `（图：新华社）`. */
const CREDIT =
  /(?:^|[\s([（【|.。])(?:photo(?:graph)?s?|image|picture|illustration|graphic|video|credit|(?:photo|image|picture) (?:credit|courtesy|by)|foto|fotos|bild|grafik|crédit(?: photo)?|photo de|imagen|fotografía|图片?|圖片?|摄影|攝影|图片来源|圖片來源|資料圖片|资料图片|写真|사진)\s*[:：/／]\s*[^.!?。！？:：]{1,80}$/iu;

/** Whether a line that stands alone is a label, a button or a notice of its page. */
export function isLabel(line: string): boolean {
  if (SENTENCE_END.test(line) || countWords(line) > MAX_LABEL_WORDS) return false;
  const text = line.trim();
  return LABELS.has(lettersOf(text)) || READING_TIME.test(text) || LABEL_START.test(text);
}

/** Whether a line is a caption with the name of a photographer or an agency. */
export function isCreditedCaption(line: string): boolean {
  return line.length <= MAX_CAPTION && !line.includes('\n') && !SENTENCE_END.test(line) && CREDIT.test(line.trim());
}

/**
 * Paragraphs without the clutter among them. What is repeated word for word and is no sentence goes altogether (a caption,
 * once in the text and once under the picture); a sentence that follows itself is kept once.
 */
export function withoutClutter(paragraphs: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const paragraph of paragraphs) times.set(paragraph, (times.get(paragraph) ?? 0) + 1);
  return paragraphs.filter((paragraph, index) => {
    if (isLabel(paragraph) || isCreditedCaption(paragraph)) return false;
    if ((times.get(paragraph) ?? 0) < 2 || paragraph.includes('\n')) return true;
    const isSentence = SENTENCE_END.test(paragraph) || /[:：]$/.test(paragraph);
    return isSentence ? paragraphs[index - 1] !== paragraph : countWords(paragraph) < REPEATED_WORDS;
  });
}

function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
