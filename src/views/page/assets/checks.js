import { byId, setText } from './dom.js';
import { repeat } from './lit-html/directives/repeat.js';
import { html, render } from './lit-html/lit-html.js';
import { badge, bar, table } from './marks.js';
import { drawStrip, stripText } from './strip.js';

/** @typedef {import('../view/checks.ts').CheckView} Check */
/** @typedef {import('../view/checks.ts').DefinitionView} Definition */
/** @typedef {import('../view/checks.ts').MeasurementView} Measurement */
/** @typedef {import('../view/strips.ts').StripView} Strip */
/** @typedef {{ definition: Definition, check: Check, strip: Strip | undefined }} Row */

/** @type {Record<string, string>} */
const titles = {
  health: 'Health',
  metrics: 'Metrics',
  slo: 'SLO baselines',
  monitoring: 'Continuous monitoring',
  rollback: 'Rollback triggers',
};

/** How much of the limit is used: three quarters of the width are the limit, so that it shows by how much it is passed. @param {Measurement | undefined} measurement */
const gauge = (measurement) =>
  measurement?.share === undefined
    ? html`<span class="gauge"></span>`
    : bar(`gauge ${measurement.isMet ? 'met' : 'unmet'}`, measurement.share * 75);

/** @param {Measurement} measurement */
const measurementRow = ({ name, text, limit, note, isMet }) => html`
  <tr>
    <td>${name}</td>
    <td class="num">${text}</td>
    <td class="num soft">${limit ? `must be ${limit}` : 'recorded only'}</td>
    <td>${limit ? badge(isMet ? 'pass' : 'fail', true) : ''}</td>
    <td class="soft">${note}</td>
  </tr>`;

/** @param {Row} row */
function about({ definition, check, strip }) {
  const { measures, priority, runbook, id } = definition;
  return html`
    <p class="note">
      ${measures ? `Measures ${measures}. ` : ''}
      ${priority ? `${priority}. ` : ''}
      ${check.durationMs === undefined ? '' : `Took ${check.durationMs} ms. `}
      ${strip ? `${stripText(strip).replace(/^l/, 'L')}. ` : ''}
      ${runbook ? html`<a href="/${runbook}">about ${id}</a>` : ''}
    </p>`;
}

/** @param {Row} row */
function details(row) {
  const { definition, check } = row;
  const { outcome, reason, figures } = check;
  const isOpen = outcome !== 'pass' && outcome !== 'skipped' && definition.next;
  return html`
    <div class="check-more">
      ${reason ? html`<p class="check-reason">${reason}</p>` : ''}
      ${isOpen ? html`<p><span class="tag">Next</span> ${definition.next}</p>` : ''}
      ${figures.length > 0 ? table(`Figures of ${definition.id}`, figures.map(measurementRow)) : ''}
      ${about(row)}
    </div>`;
}

/** @param {string | undefined} text */
const short = (text) => text?.replace('/operation', '/op');

/** @param {Row} row */
function item(row) {
  const { definition, check, strip } = row;
  const main = check.figures[check.main ?? 0];
  const absent = check.outcome === 'skipped' ? 'not declared' : check.outcome === 'none' ? '' : 'no figure';
  return html`
    <details class="check" data-outcome=${check.outcome} data-check=${definition.id}>
      <summary class="small">
        ${badge(check.outcome)}
        <b class="num">${definition.id}</b>
        <span class="check-title">${definition.title}</span>
        <span class="check-value num">${short(main?.text) ?? html`<span class="soft">${absent}</span>`}</span>
        <span class="num soft">${short(main?.limit)}</span>
        ${gauge(main)}
        ${strip ? drawStrip(strip) : html`<span class="strip"></span>`}
      </summary>
      ${details(row)}
    </details>`;
}

/** @param {Row[]} rows @param {string} outcome */
const count = (rows, outcome) => rows.filter(({ check }) => check.outcome === outcome).length;

/** @param {[group: string, rows: Row[]]} group */
function section([group, rows]) {
  const judged = rows.length - count(rows, 'skipped') - count(rows, 'none');
  return html`
    <section class="panel group" data-group=${group}>
      <h3>${titles[group] ?? group} <span class="note num">${count(rows, 'pass')} of ${judged}</span></h3>
      ${repeat(rows, ({ definition }) => definition.id, item)}
    </section>`;
}

/** @param {Map<string, any>} content */
export function showChecks(content) {
  /** @type {string[]} */
  const ids = content.get('meta')?.checks ?? [];
  /** @type {Row[]} */
  const rows = ids.flatMap((id) => {
    const [definition, check] = [content.get(`def/${id}`), content.get(`check/${id}`)];
    return definition && check ? [{ definition, check, strip: content.get(`strip/${id}`) }] : [];
  });
  const groups = Map.groupBy(rows, ({ definition }) => definition.group);
  render(
    repeat(groups, ([group]) => group, section),
    byId('checks'),
  );
  const words = { fail: 'failing', unknown: 'unknown', pass: 'passing', skipped: 'not declared' };
  const parts = Object.entries(words).flatMap(([outcome, word]) => {
    const number = count(rows, outcome);
    return number > 0 ? [`${number} ${word}`] : [];
  });
  setText(byId('checks-count'), parts.join(', '));
}
