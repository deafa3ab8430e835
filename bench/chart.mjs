// docs/picture/growth.svg: a small chart for each figure of bench/goals.mjs's growth, sizes and figures by their logarithm.
import { writeFileSync } from 'node:fs';
import { count, growth, PAPER_SIZE, SIZES } from './goals.mjs';

const FILE = new URL('../docs/picture/growth.svg', import.meta.url);
const COLUMNS = 3;
const PANEL = { width: 260, height: 170 };
/** Of the plot within its panel. */
const PLOT = { left: 26, right: 34, top: 52, bottom: 30 };
const MARGIN = 12;
/** From the lowest figure to the highest at least this factor, so that what hardly grows looks flat. */
const LEAST_SPAN = 10;

/** It brings its own ground, so that it is legible on any page. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .name { font-weight: 600; }
  .figure { paint-order: stroke; stroke: #ffffff; stroke-width: 4; }
  .size { fill: #59636e; font-size: 11px; }
  .ground { fill: #ffffff; stroke: #d1d9e0; }
  .axis { stroke: #d1d9e0; }
  .line { stroke: #0969da; stroke-width: 2; fill: none; }
  .paper { stroke-dasharray: 4 4; }
  .point { fill: #0969da; stroke: #0969da; stroke-width: 2; }
  .point.paper { fill: #ffffff; stroke-dasharray: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .figure { stroke: #0d1117; }
    .size { fill: #9198a1; }
    .ground { fill: #0d1117; stroke: #3d444d; }
    .axis { stroke: #3d444d; }
    .line { stroke: #4493f8; }
    .point { fill: #4493f8; stroke: #4493f8; }
    .point.paper { fill: #0d1117; }
  }`;

/** @param results of bench/results.json; what was not measured is left out */
export function drawGrowth(results) {
  const panels = growth(results).filter(({ points }) => points.length > 0);
  if (panels.length === 0) return;
  const rows = Math.ceil(panels.length / COLUMNS);
  const [width, height] = [COLUMNS * PANEL.width + 2 * MARGIN, rows * PANEL.height + 2 * MARGIN];
  const drawn = panels.map((panel, index) => {
    const x = MARGIN + (index % COLUMNS) * PANEL.width;
    const y = MARGIN + Math.floor(index / COLUMNS) * PANEL.height;
    return `<g transform="translate(${x} ${y})">${draw(panel)}</g>`;
  });
  writeFileSync(
    FILE,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="How time, memory and disk grow with the number of passages, both on logarithmic scales">
<style>${STYLE}</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>
${drawn.join('\n')}
</svg>
`,
  );
}

function draw({ name, show, points, onPaper }) {
  const all = [...points, ...(onPaper === null ? [] : [{ size: PAPER_SIZE, value: onPaper, isOnPaper: true }])];
  const sizes = scale([SIZES[0], PAPER_SIZE], PLOT.left, PANEL.width - PLOT.right);
  const values = all.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const middle = Math.sqrt(low * high);
  const reach = Math.sqrt(Math.max(LEAST_SPAN, high / low));
  const bottom = PANEL.height - PLOT.bottom;
  const heights = scale([middle / reach, middle * reach], bottom - 8, PLOT.top);
  const places = all.map((point) => ({ ...point, x: round(sizes(point.size)), y: round(heights(point.value)) }));
  const path = (from, kind) =>
    from.length < 2 ? '' : `<path class="${kind}" d="M${from.map(({ x, y }) => `${x} ${y}`).join('L')}"/>`;
  const measured = places.filter(({ isOnPaper }) => !isOnPaper);
  const onward = places.length > measured.length ? places.slice(-2) : [];
  return [
    `<text class="name" x="${PLOT.left - 10}" y="20">${name}</text>`,
    `<path class="axis" d="M${PLOT.left - 10} ${bottom}H${PANEL.width - PLOT.right + 18}"/>`,
    ...[...SIZES, PAPER_SIZE].map(
      (size) =>
        `<text class="size" x="${round(sizes(size))}" y="${bottom + 16}" text-anchor="middle">${short(size)}</text>`,
    ),
    path(measured, 'line'),
    path(onward, 'line paper'),
    ...places.map(
      ({ x, y, value, size, isOnPaper }) =>
        `<circle class="point${isOnPaper ? ' paper' : ''}" cx="${x}" cy="${y}" r="3"><title>${count(size)} passages: ${show(value)}</title></circle>` +
        `<text class="figure" x="${x}" y="${y - 9}" text-anchor="middle">${show(value)}</text>`,
    ),
  ].join('');
}

/** By logarithm, from `first` to `last`. */
function scale([low, high], first, last) {
  return (value) => first + ((last - first) * Math.log(value / low)) / Math.log(high / low);
}

function short(size) {
  return size >= 1e6 ? `${size / 1e6} M` : `${size / 1e3} k`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}
