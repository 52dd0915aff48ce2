import { byId, setText } from './dom.js';
import { repeat } from './lit-html/directives/repeat.js';
import { html, render } from './lit-html/lit-html.js';
import { badge, meter, table } from './marks.js';
import { drawStrip, stripText } from './strip.js';

/** @typedef {import('../view/checks.ts').CheckView} Check */
/** @typedef {Check['measurements'][number]} Measurement */

/** @type {Record<string, string>} */
const titles = {
  health: 'Health',
  metrics: 'Metrics',
  slo: 'SLO baselines',
  monitoring: 'Continuous monitoring',
  rollback: 'Rollback triggers',
};

/** @param {Measurement} measurement */
const measurementRow = ({ name, text, limit, note, isMet }) => html`
  <tr>
    <td>${name}</td>
    <td class="num">${text}</td>
    <td class="num soft">${limit ? `must be ${limit}` : 'recorded only'}</td>
    <td>${limit ? badge(isMet ? 'pass' : 'fail', true) : ''}</td>
    <td class="soft">${note}</td>
  </tr>`;

/** @param {Check} check */
function about({ id, measures, priority, runbook, durationMs, strip }) {
  return html`
    <p class="note">
      ${measures ? `Measures ${measures}. ` : ''}
      ${priority ? `${priority}. ` : ''}
      ${durationMs === undefined ? '' : `Took ${durationMs} ms. `}
      ${strip ? `${stripText(strip).replace(/^l/, 'L')}. ` : ''}
      ${runbook ? html`<a href="/${runbook}">about ${id}</a>` : ''}
    </p>`;
}

/** @param {Check} check */
function details(check) {
  const { id, outcome, reason, measurements, next } = check;
  const isOpen = outcome !== 'pass' && outcome !== 'skipped' && next;
  return html`
    <div class="check-more">
      ${reason ? html`<p class="check-reason">${reason}</p>` : ''}
      ${isOpen ? html`<p><span class="tag">Next</span> ${next}</p>` : ''}
      ${measurements.length > 0 ? table(`Measurements of ${id}`, measurements.map(measurementRow)) : ''}
      ${about(check)}
    </div>`;
}

/** @param {string | undefined} text */
const short = (text) => text?.replace('/operation', '/op');

/** @param {Check} check */
function item(check) {
  const { id, shown, title, outcome, measurements, strip } = check;
  // What says most: an unmet one before a met one.
  const main =
    measurements.find(({ isMet }) => !isMet) ?? measurements.find(({ limit }) => limit) ?? measurements[0];
  const absent = outcome === 'skipped' ? 'not declared' : outcome === 'none' ? '' : 'no measurement';
  return html`
    <details class="check" data-outcome=${outcome} data-check=${id}>
      <summary class="small">
        ${badge(outcome)}
        <b class="num">${shown}</b>
        <span class="check-title">${title}</span>
        <span class="check-value num">${short(main?.text) ?? html`<span class="soft">${absent}</span>`}</span>
        <span class="num soft">${short(main?.limit)}</span>
        ${main?.share === undefined ? html`<span></span>` : meter(main.share)}
        ${strip ? drawStrip(strip) : html`<span class="strip"></span>`}
      </summary>
      ${details(check)}
    </details>`;
}

/** @param {Check[]} checks @param {string} outcome */
const count = (checks, outcome) => checks.filter((check) => check.outcome === outcome).length;

/** @param {[group: string, checks: Check[]]} group */
function section([group, checks]) {
  const judged = checks.length - count(checks, 'skipped') - count(checks, 'none');
  return html`
    <section class="panel group" data-group=${group}>
      <h3>${titles[group] ?? group} <span class="note num">${count(checks, 'pass')} of ${judged}</span></h3>
      ${repeat(checks, ({ id }) => id, item)}
    </section>`;
}

/** @param {Check[]} checks */
export function showChecks(checks) {
  const groups = Map.groupBy(checks, ({ group }) => group);
  render(
    repeat(groups, ([group]) => group, section),
    byId('checks'),
  );
  const words = { fail: 'failing', unknown: 'unknown', pass: 'passing', skipped: 'not declared' };
  const parts = Object.entries(words).flatMap(([outcome, word]) => {
    const number = count(checks, outcome);
    return number > 0 ? [`${number} ${word}`] : [];
  });
  setText(byId('checks-count'), parts.join(', '));
}
