import { isElement, type DomElement, type DomNode } from './dom.js';

/** A paragraph or heading as it stands in a page, and where. */
export interface PageBlock {
  readonly text: string;
  /** 1 to 6 for a heading, 0 otherwise. */
  readonly level: number;
  /** The nearest block-level element around the text. */
  readonly element: DomElement;
  /** Characters of the text that are links. */
  readonly linkChars: number;
}

export interface WalkOptions {
  /** Take what the page hides as well: some pages show their text only once a script has run. @default false */
  readonly hidden?: boolean;
}

/** Elements whose text stands on lines of its own. */
const BLOCK_LEVEL = new Set(
  (
    'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer ' +
    'form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);
/** Elements that hold no text of an article: programs, pictures, controls, navigation. */
const NO_TEXT = new Set(
  (
    'script style template noscript svg math-input iframe frame object embed video audio canvas map head title ' +
    'button select option datalist textarea input nav menu dialog'
  ).split(' '),
);
/** ARIA roles of what is not the article. */
const NO_TEXT_ROLES = new Set(
  'navigation banner search menu menubar toolbar tablist dialog alertdialog alert button contentinfo tooltip'.split(
    ' ',
  ),
);
/** Class names by which pages mark text that is there for other readers than the eye. */
const UNSEEN_CLASSES =
  /(?:^|\s)(?:sr-only|visually-hidden|visuallyhidden|screen-reader-text|noprint|mw-editsection|hidden)(?:\s|$)/;
const UNSEEN_STYLE = /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;
/** `[12]`, `[note 3]`: a mark that leads to a note, which is not among the quoted words. */
const NOTE_MARK = /^\s*\[[^\][]{1,12}\]\s*$/;
/** Between the cells of a table's row. */
const CELL_BREAK = ' | ';

/**
 * The text of a page, block by block in document order; words of neighbouring blocks are never joined, `<br><br>` parts two
 * paragraphs, a row of a table is one.
 *
 * @param root document or element to walk
 */
export function pageBlocks(root: DomElement, { hidden = false }: WalkOptions = {}): PageBlock[] {
  const blocks: PageBlock[] = [];
  const run = new Run(blocks);
  let links = 0;
  let pre = 0;

  const enter = (element: DomElement) => {
    const name = element.localName;
    if (name === 'br') run.breakLine();
    else if (name === 'td' || name === 'th') {
      if (isLayoutCell(element)) run.startBlock(element);
      else run.breakCell();
    } else if (BLOCK_LEVEL.has(name)) run.startBlock(element);
    if (name === 'a') links++;
    if (name === 'pre') pre++;
  };
  const leave = (element: DomElement) => {
    const name = element.localName;
    if (name === 'a') links--;
    if (name === 'pre') {
      run.endPre();
      pre--;
    } else if (BLOCK_LEVEL.has(name) || ((name === 'td' || name === 'th') && isLayoutCell(element))) run.endBlock();
  };

  let node: DomNode | null = root.firstChild;
  while (node) {
    if (node.nodeType === 3 || node.nodeType === 4)
      run.add(node.textContent ?? '', links > 0, pre > 0, node.parentNode ?? root);
    const entered = isElement(node) && !isSkipped(node, hidden) ? node : null;
    if (entered) enter(entered);
    if (entered?.firstChild) {
      node = entered.firstChild;
      continue;
    }
    if (entered) leave(entered);
    while (node && node !== root && !node.nextSibling) {
      node = node.parentNode;
      if (node && node !== root && isElement(node)) leave(node);
    }
    node = node && node !== root ? node.nextSibling : null;
  }
  run.endBlock();
  return blocks;
}

/** Whether the page itself keeps the element from its readers. */
function isHidden(element: DomElement): boolean {
  if (element.hasAttribute('hidden') || element.getAttribute('aria-hidden') === 'true') return true;
  if (UNSEEN_CLASSES.test(element.getAttribute('class') ?? '')) return true;
  return UNSEEN_STYLE.test(element.getAttribute('style') ?? '');
}

function isSkipped(element: DomElement, hidden: boolean): boolean {
  const name = element.localName;
  if (NO_TEXT.has(name) || NO_TEXT_ROLES.has(element.getAttribute('role') ?? '')) return true;
  if (name === 'sup' && NOTE_MARK.test(element.textContent ?? '')) return true;
  return !hidden && isHidden(element);
}

/** A cell that holds blocks of its own: a table that lays out the page. */
function isLayoutCell(cell: DomElement): boolean {
  for (let child = cell.firstChild; child; child = child.nextSibling) {
    if (isElement(child) && BLOCK_LEVEL.has(child.localName)) return true;
  }
  return false;
}

/** The text since the last edge of a block. */
class Run {
  readonly #blocks: PageBlock[];
  /** Pieces of text; line breaks of the page are `\n`, those of its source are spaces. */
  #pieces: string[] = [];
  #linkChars = 0;
  #element: DomElement | null = null;
  /** Block elements that are open, innermost last. */
  readonly #open: DomElement[] = [];
  #hasText = false;

  constructor(blocks: PageBlock[]) {
    this.#blocks = blocks;
  }

  add(text: string, isLink: boolean, isPre: boolean, parent: DomElement): void {
    if (text === '') return;
    if (!this.#hasText && text.trim() !== '') {
      this.#hasText = true;
      this.#element = this.#open.at(-1) ?? parent;
    }
    if (isLink) this.#linkChars += text.trim().length;
    this.#pieces.push(isPre ? text : text.replace(/[\s\u00a0]+/g, ' '));
  }

  breakLine(): void {
    this.#pieces.push('\n');
  }

  breakCell(): void {
    if (this.#hasText) this.#pieces.push(CELL_BREAK);
  }

  startBlock(element: DomElement): void {
    this.#flush(false);
    this.#open.push(element);
  }

  endBlock(): void {
    this.#flush(false);
    this.#open.pop();
  }

  endPre(): void {
    this.#flush(true);
    this.#open.pop();
  }

  #flush(isPre: boolean): void {
    if (this.#hasText && this.#element) {
      const element = this.#element;
      const whole = this.#pieces.join('').replace(/\u00ad/g, '');
      const paragraphs = isPre ? [whole.replace(/\n\s*\n/g, '\n').replace(/^\n+|\s+$/g, '')] : splitLines(whole);
      const length = paragraphs.reduce((sum, text) => sum + text.length, 0) || 1;
      for (const text of paragraphs) {
        const linkChars = Math.min(text.length, Math.round((this.#linkChars * text.length) / length));
        this.#blocks.push({ text, level: levelOf(element), element, linkChars });
      }
    }
    this.#pieces = [];
    this.#linkChars = 0;
    this.#hasText = false;
    this.#element = null;
  }
}

/** Paragraphs of a run: apart by two line breaks or more; a single one stays a line break. */
function splitLines(run: string): string[] {
  return run
    .split(/ *\n *(?:\n *)+/)
    .map((piece) =>
      piece
        .replace(/ +/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/(?: \|)+ ?$/, '')
        .trim(),
    )
    .filter((piece) => piece !== '');
}

function levelOf(element: DomElement): number {
  return /^h[1-6]$/.test(element.localName) ? Number(element.localName[1]) : 0;
}
