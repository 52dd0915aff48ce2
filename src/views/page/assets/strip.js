import { html, nothing, svg } from './lit-html/lit-html.js';

/** @typedef {import('../view/strips.ts').StripView} StripView */

/** Height and place tell the outcomes apart, colour only repeats it. Letters are those of the marks. */
const shapes = {
  p: { name: 'pass', y: 12, height: 6 },
  f: { name: 'fail', y: 0, height: 18 },
  u: { name: 'unknown', y: 4.5, height: 13 },
  m: { name: 'missed', y: 8, height: 2 },
  s: { name: 'not declared', y: 16.5, height: 1.5 },
};
/** @typedef {keyof typeof shapes} Mark */
const kinds = /** @type {Mark[]} */ (Object.keys(shapes));
const step = 3;
const width = 2.2;

/** @param {string} marks @param {Mark} mark */
function pathOf(marks, mark) {
  const { y, height } = shapes[mark];
  // The unknown is hollow: its outline is drawn inside its place.
  const inset = mark === 'u' ? 0.4 : 0;
  return [...marks]
    .map((one, place) => {
      if (one !== mark) return '';
      const left = place * step;
      return `M${left + inset} ${y}H${left + width - inset}V${y + height}H${left + inset}Z`;
    })
    .join('');
}

/** @param {string} marks */
const paths = (marks) =>
  kinds
    .filter((mark) => marks.includes(mark))
    .map((mark) => svg`<path class="mark-${mark}" d=${pathOf(marks, mark)}></path>`);

/** @param {StripView} strip */
export function stripText({ counts, missed }) {
  const { pass, fail, unknown, skipped } = counts;
  const known = `last 48 hours: ${pass} passed, ${fail} failed, ${unknown} unknown, ${missed} missed`;
  return skipped > 0 ? `${known}, ${skipped} not declared` : known;
}

/** A check's last 48 h, or what stands for it in a key. @param {string} marks @param {string} [label] */
const drawing = (marks, label) => html`
  <svg class="strip ${label ? '' : 'sample'}" viewBox="0 0 ${marks.length * step} 18" preserveAspectRatio="none"
    role=${label ? 'img' : nothing} aria-label=${label ?? nothing} aria-hidden=${label ? nothing : 'true'}>
    ${paths(marks)}
  </svg>`;

/** @param {StripView} strip */
export const drawStrip = (strip) => drawing(strip.marks, stripText(strip));

/** What the shapes of the strips mean. */
export const stripKey = () => html`
  <span>48 h, half an hour each: </span>
  ${kinds.map((mark) => html`<span class="inline">${drawing(mark.repeat(3))} ${shapes[mark].name}</span>`)}`;
