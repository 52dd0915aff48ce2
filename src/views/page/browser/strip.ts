import { html, nothing, svg } from 'lit-html';
import type { StripView } from '../view/strips.ts';

/** Height and place tell the outcomes apart, colour only repeats it. Letters are those of the marks. */
const shapes = {
  p: { name: 'pass', y: 12, height: 6 },
  f: { name: 'fail', y: 0, height: 18 },
  u: { name: 'unknown', y: 4.5, height: 13 },
  m: { name: 'missed', y: 8, height: 2 },
  s: { name: 'skipped', y: 16.5, height: 1.5 },
};
type Mark = keyof typeof shapes;
const kinds = Object.keys(shapes) as Mark[];
const step = 3;
const width = 2.2;

function pathOf(marks: string, mark: Mark) {
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

const paths = (marks: string) =>
  kinds
    .filter((mark) => marks.includes(mark))
    .map((mark) => svg`<path class="mark-${mark}" d=${pathOf(marks, mark)}></path>`);

export function stripText({ counts, missed }: StripView) {
  const { pass, fail, unknown, skipped } = counts;
  const known = `last 48 hours: ${pass} passed, ${fail} failed, ${unknown} unknown, ${missed} missed`;
  return skipped > 0 ? `${known}, ${skipped} skipped` : known;
}

/** A check's last 48h, or what stands for it in a key. */
const drawing = (marks: string, label?: string) => html`
  <svg class="strip ${label ? '' : 'sample'}" viewBox="0 0 ${marks.length * step} 18" preserveAspectRatio="none"
    role=${label ? 'img' : nothing} aria-label=${label ?? nothing} aria-hidden=${label ? nothing : 'true'}>
    ${paths(marks)}
  </svg>`;

export const drawStrip = (strip: StripView) => drawing(strip.marks, stripText(strip));

/** What the shapes of the strips mean. */
export const stripKey = () => html`
  <span>48h, half an hour each: </span>
  ${kinds.map((mark) => html`<span class="inline">${drawing(mark.repeat(3))} ${shapes[mark].name}</span>`)}`;
