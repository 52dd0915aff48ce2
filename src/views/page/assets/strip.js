import { h, svg } from './dom.js';

/** @typedef {import('../view/strips.ts').StripView} StripView */

const height = 18;
/** Height and place tell the outcomes apart, colour only repeats it. Letters are those of the marks. */
const shapes = {
  p: { name: 'pass', y: 12, height: 6 },
  f: { name: 'fail', y: 0, height: 18 },
  u: { name: 'unknown', y: 4.5, height: 13 },
  m: { name: 'missed', y: 8, height: 2 },
  s: { name: 'not declared', y: 16.5, height: 1.5 },
};
const step = 3;
const width = 2.2;

/** @param {string} marks @param {keyof typeof shapes} mark */
function pathOf(marks, mark) {
  const { y, height: tall } = shapes[mark];
  let path = '';
  for (let place = 0; place < marks.length; place += 1) {
    if (marks[place] !== mark) continue;
    const [left, right] = [place * step, place * step + width];
    // The unknown is hollow: its outline is drawn inside its place.
    path +=
      mark === 'u'
        ? `M${left + 0.4} ${y}H${right - 0.4}V${y + tall}H${left + 0.4}Z`
        : `M${left} ${y}H${right}V${y + tall}H${left}Z`;
  }
  return path;
}

/** @param {StripView} strip */
export function stripText({ counts, missed }) {
  const parts = [
    `${counts.pass} passed`,
    `${counts.fail} failed`,
    `${counts.unknown} unknown`,
    `${missed} missed`,
    ...(counts.skipped > 0 ? [`${counts.skipped} not declared`] : []),
  ];
  return `last 48 hours: ${parts.join(', ')}`;
}

/** @param {string} marks @param {string} label */
function drawing(marks, label) {
  const shown = /** @type {(keyof typeof shapes)[]} */ (Object.keys(shapes)).filter((mark) =>
    marks.includes(mark),
  );
  return svg(
    'svg',
    {
      class: 'strip',
      viewBox: `0 0 ${marks.length * step} ${height}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    ...shown.map((mark) => svg('path', { d: pathOf(marks, mark), class: `mark-${mark}` })),
  );
}

/** @param {StripView} strip */
export const drawStrip = (strip) => drawing(strip.marks, stripText(strip));

/** What the shapes of the strips mean. */
export function stripKey() {
  return ['p', 'f', 'u', 'm', 's'].map((mark) => {
    const { name } = shapes[/** @type {keyof typeof shapes} */ (mark)];
    const sample = drawing(mark.repeat(3), '');
    sample.setAttribute('aria-hidden', 'true');
    sample.removeAttribute('role');
    sample.classList.add('sample');
    return h('span', { class: 'key-item' }, sample, ` ${name}`);
  });
}
