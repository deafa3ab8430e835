import { NO_META, type Draft } from './draft.js';

/** A plain text as an article. */
export function readPlain(text: string, name: string): Draft {
  const pieces = text
    .split(/\n[^\S\n]*\n\s*/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
  const [first, ...rest] = pieces;
  const hasTitle = first !== undefined && rest.length > 0 && first.length < 200 && !/[.。!?]$/.test(first);
  return {
    ...NO_META,
    title: hasTitle ? first : name,
    paragraphs: (hasTitle ? rest : pieces).map((piece) => ({ text: piece, level: 0 })),
  };
}
