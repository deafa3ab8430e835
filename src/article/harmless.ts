/**
 * Control characters but tab and line feed; the non-characters;
 * and the marks that re-order what stands after them on a line (embeddings, overrides, isolates), which can make a quotation
 * show other words than it holds. Left-to-right and right-to-left marks, joiners
 * and zero-width spaces stay: scripts need them.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
/** Line ends of other systems, and the separators that some editors write. */
const LINE_ENDS = /\r\n?|[\u0085\u2028]/g;
const PARAGRAPH_SEPARATOR = /\u2029/g;

/**
 * A text that can be stored, shown and quoted as it is: well-formed UTF-16, lines apart by `\n`.
 * Letters are not normalised: a quotation must be what the article says, in the article's own code points.
 */
export function harmless(text: string): string {
  return text.replace(LINE_ENDS, '\n').replace(PARAGRAPH_SEPARATOR, '\n\n').replace(HARMFUL, '').toWellFormed();
}
