/** A message of Discord's components as a page of HTML, near enough to what its client shows. */

const TYPE = { row: 1, button: 2, section: 9, text: 10, separator: 14, container: 17 };
const STYLE = { 1: '#5865f2', 2: '#4e5058', 3: '#248046', 4: '#da373c' };

/** @param message as the bot posted it @param question what was asked */
export function page(message, question) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><style>${CSS}</style><body>
<div class="command">↳ <b>keeper</b> used <span class="chip">/ask ${escape(question)}</span></div>
<div class="message"><div class="avatar">¹</div><div class="column">
<div class="name">Footnote <span class="tag">APP</span> <span class="time">Today at 10:24</span></div>
${message.components.map(component).join('\n')}
</div></div>
<script>document.body.dataset.height = Math.ceil(document.documentElement.getBoundingClientRect().height);</script></body></html>`;
}

function component(one) {
  const inner = () => one.components.map(component).join('\n');
  switch (one.type) {
    case TYPE.container:
      return `<div class="container" style="border-left-color:#${(one.accent_color ?? 0).toString(16).padStart(6, '0')}">${inner()}</div>`;
    case TYPE.text:
      return `<div class="text">${markdown(one.content)}</div>`;
    case TYPE.section:
      return `<div class="section"><div>${inner()}</div>${component(one.accessory)}</div>`;
    case TYPE.separator:
      return '<hr>';
    case TYPE.row:
      return `<div class="row">${inner()}</div>`;
    case TYPE.button:
      return `<span class="button" style="background:${STYLE[one.style] ?? STYLE[2]}">${escape(one.label)}</span>`;
    default:
      throw new Error(`no drawing for a component of type ${one.type}`);
  }
}

/** The part of Discord's Markdown that answers use: headings, small print, quotations, bold, links, escapes. */
function markdown(content) {
  const blocks = [];
  for (const line of content.split('\n')) {
    const [, mark = '', rest] = /^(> |-# |#{1,3} )?(.*)$/s.exec(line);
    const last = blocks.at(-1);
    if (mark === '> ' && last?.mark === mark) last.lines.push(rest);
    else blocks.push({ mark, lines: [rest] });
  }
  return blocks
    .map(({ mark, lines }) => {
      const inner = lines.map(inline).join('<br>');
      if (mark === '> ') return `<blockquote>${inner}</blockquote>`;
      if (mark === '-# ') return `<small>${inner}</small>`;
      return mark.startsWith('#') ? `<h3>${inner}</h3>` : `<div>${inner}</div>`;
    })
    .join('');
}

function inline(line) {
  const kept = [];
  const held = line.replace(/\\([^0-9A-Za-z\s])/g, (_, character) => `\u0000${kept.push(character) - 1}\u0000`);
  return (
    escape(held)
      .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
      .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>')
      // eslint-disable-next-line no-control-regex -- what stands for an escaped character
      .replace(/\u0000(\d+)\u0000/g, (_, index) => escape(kept[index]))
  );
}

function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const CSS = `
* { box-sizing: border-box } body { margin: 0; padding: 18px 22px 22px; background: #313338; color: #dbdee1; font: 16px/1.375 "gg sans", "Noto Sans", "Noto Sans CJK SC", "Helvetica Neue", Arial, sans-serif }
.command { margin: 0 0 6px 56px; font-size: 14px; color: #b5bac1 } .command b { color: #f2f3f5; font-weight: 500 } .chip { color: #c9cdfb; background: #3c4270; border-radius: 3px; padding: 0 3px }
.message { display: flex; gap: 16px } .avatar { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #5865f2; color: #fff; font: 700 24px/40px Georgia, serif; text-align: center }
.column { flex: 1; min-width: 0 } .name { font-weight: 500; color: #f2f3f5 } .tag { background: #5865f2; color: #fff; font-size: 10px; border-radius: 4px; padding: 2px 5px; vertical-align: 2px } .time { color: #949ba4; font-size: 12px; font-weight: 400 }
.container { margin-top: 6px; padding: 14px 16px; background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid; border-radius: 8px; display: flex; flex-direction: column; gap: 10px }
h3 { margin: 0; font-size: 18px; color: #f2f3f5 } small { display: block; font-size: 13px; color: #949ba4 } a { color: #00a8fc; text-decoration: none } b { color: #fff }
blockquote { margin: 0; padding: 0 10px 0 12px; border-left: 4px solid #4e5058; border-radius: 3px } .section { display: flex; gap: 16px; justify-content: space-between; align-items: flex-start }
.row { display: flex; gap: 8px } .button { flex: none; color: #fff; font-size: 14px; font-weight: 500; padding: 6px 14px; border-radius: 6px } hr { width: 100%; border: 0; border-top: 1px solid #3f4147; margin: 2px 0 }
`;
