import { byId, h, keepKeyed, setText } from './dom.js';
import { badge } from './marks.js';
import { drawStrip, stripText } from './strip.js';

/** @typedef {import('../view/checks.ts').CheckView} Check */
/** @typedef {import('../view/checks.ts').DefinitionView} Definition */
/** @typedef {import('../view/checks.ts').MeasurementView} Measurement */
/** @typedef {import('../view/strips.ts').StripView} Strip */

const titles = {
  health: 'Health',
  metrics: 'Metrics',
  slo: 'SLO baselines',
  monitoring: 'Continuous monitoring',
  rollback: 'Rollback triggers',
};

/** How much of the limit is used, as a bar with the limit as a mark: past the mark is past the limit. @param {Measurement} figure */
function gauge({ share, isMet }) {
  if (share === undefined) return h('span', { class: 'gauge' });
  const bar = h('span', { class: 'gauge', 'data-met': isMet ? 'yes' : 'no', 'aria-hidden': 'true' }, h('i'));
  // Three quarters of the width are the limit; the rest shows by how much it is passed.
  bar.style.setProperty('--used', `${Math.min(100, share * 75)}%`);
  return bar;
}

/** @param {Measurement} figure */
function measurementRow({ name, text, limit, note, isMet }) {
  return h(
    'tr',
    { 'data-met': isMet ? 'yes' : 'no' },
    h('td', {}, name),
    h('td', { class: 'num' }, text),
    h('td', { class: 'num soft' }, limit ? `must be ${limit}` : 'recorded only'),
    h('td', {}, limit ? badge(isMet ? 'pass' : 'fail', true) : ''),
    h('td', { class: 'soft' }, note ?? ''),
  );
}

/** @param {{ definition: Definition, check: Check, strip: Strip | undefined }} given */
function row({ definition, check, strip }) {
  const figure = check.figures[check.main ?? 0];
  const absent = check.outcome === 'skipped' ? 'not declared' : check.outcome === 'none' ? '' : 'no figure';
  const short = (/** @type {string} */ text) => text.replace('/operation', '/op');
  return h(
    'details',
    { class: 'check', 'data-outcome': check.outcome, 'data-check': definition.id },
    h(
      'summary',
      {},
      badge(check.outcome),
      h('span', { class: 'check-id num' }, definition.id),
      h('span', { class: 'check-title' }, definition.title),
      h(
        'span',
        { class: 'check-value num' },
        figure ? short(figure.text) : h('span', { class: 'soft' }, absent),
      ),
      h('span', { class: 'check-limit num soft' }, figure?.limit ? short(figure.limit) : ''),
      figure ? gauge(figure) : h('span', { class: 'gauge' }),
      strip ? drawStrip(strip) : h('span', { class: 'strip' }),
    ),
    h(
      'div',
      { class: 'check-more' },
      check.reason && h('p', { class: 'check-reason' }, check.reason),
      check.outcome !== 'pass' &&
        check.outcome !== 'skipped' &&
        definition.next &&
        h('p', {}, h('span', { class: 'tag' }, 'Next'), ` ${definition.next}`),
      check.figures.length > 0 &&
        h(
          'div',
          { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Figures of ${definition.id}` },
          h('table', {}, h('tbody', {}, ...check.figures.map(measurementRow))),
        ),
      h(
        'p',
        { class: 'rests' },
        definition.measures && `Measures ${definition.measures}. `,
        definition.priority && `${definition.priority}. `,
        check.durationMs !== undefined && `Took ${check.durationMs} ms. `,
        strip && `${stripText(strip).replace(/^l/, 'L')}. `,
        definition.runbook && h('a', { href: `/${definition.runbook}` }, `about ${definition.id}`),
      ),
    ),
  );
}

/** @type {Map<string, { list: HTMLElement, count: HTMLElement, known: import('./dom.js').Known }>} */
const groups = new Map();

/** @param {string} group */
function groupOf(group) {
  const existing = groups.get(group);
  if (existing) return existing;
  const count = h('span', { class: 'count num' });
  const list = h('div', { class: 'check-list' });
  const title = titles[/** @type {keyof typeof titles} */ (group)] ?? group;
  byId('checks').append(
    h('section', { class: 'panel group', 'data-group': group }, h('h3', {}, title, ' ', count), list),
  );
  const made = { list, count, known: new Map() };
  groups.set(group, made);
  return made;
}

/** @param {Map<string, any>} content */
export function showChecks(content) {
  /** @type {string[]} */
  const ids = content.get('meta')?.checks ?? [];
  const rows = ids.flatMap((id) => {
    const [definition, check] = [content.get(`def/${id}`), content.get(`check/${id}`)];
    return definition && check ? [{ definition, check, strip: content.get(`strip/${id}`) }] : [];
  });
  const byGroup = Map.groupBy(rows, ({ definition }) => /** @type {Definition} */ (definition).group);
  for (const [group, members] of byGroup) {
    const { list, count, known } = groupOf(group);
    keepKeyed(
      list,
      known,
      members.map((member) => [member.definition.id, member]),
      row,
    );
    const of = (/** @type {string} */ outcome) =>
      members.filter(({ check }) => check.outcome === outcome).length;
    const judged = members.length - of('skipped') - of('none');
    setText(count, `${of('pass')} of ${judged}`);
  }
  for (const [group, { list }] of groups) {
    if (byGroup.has(group)) continue;
    list.closest('section')?.remove();
    groups.delete(group);
  }
  const all = (/** @type {string} */ outcome) => rows.filter(({ check }) => check.outcome === outcome).length;
  const parts = ['fail', 'unknown', 'pass', 'skipped'].flatMap((outcome) => {
    const number = all(outcome);
    const word =
      outcome === 'skipped'
        ? 'not declared'
        : outcome === 'fail'
          ? 'failing'
          : outcome === 'pass'
            ? 'passing'
            : outcome;
    return number > 0 ? [`${number} ${word}`] : [];
  });
  setText(byId('checks-count'), parts.join(', '));
}
