import { byId, setText } from './dom.js';
import { repeat } from './lit-html/directives/repeat.js';
import { html, render } from './lit-html/lit-html.js';
import { age, left, table } from './marks.js';
import { spanText, whenText } from './time.js';

/** @typedef {import('../open-alerts.ts').ShownAlert} Alert */
/** @typedef {ReturnType<typeof import('../view/resolved.ts').resolvedViews>[number]} Resolved */

/** @param {Alert} alert */
function stateOf({ status, acknowledged, mute, isClearing }) {
  if (status === 'pending') return ['pending', '◔'];
  if (acknowledged) return ['acknowledged', '◉'];
  if (mute?.kind === 'maintenance') return ['in maintenance', '◌'];
  if (mute?.kind === 'inhibited') return ['explained', '◌'];
  return isClearing ? ['clearing', '◑'] : ['firing', '●'];
}

/** Since when, and what else there is to know of it. @param {Alert} alert */
function sinceText({ sinceMs, dueMs, noDataSinceMs, isNew, mute }) {
  return html` since ${whenText(sinceMs)},
    ${age(sinceMs)}${dueMs === undefined ? '' : html` · fires in ${left(dueMs)} unless it recovers`}
    ${noDataSinceMs === undefined ? '' : ` · no data since ${whenText(noDataSinceMs)}`}
    ${isNew ? '' : ' · was there before the deployment'}
    ${mute?.kind === 'inhibited' ? ` · ${mute.by}` : ''}
    ${mute?.kind === 'maintenance' ? ` · ${mute.by}, nobody is told` : ''}`;
}

/** @param {NonNullable<Alert['acknowledged']>} acknowledged */
function acknowledgement({ who, timeMs, untilMs, note }) {
  const until = untilMs === undefined ? '' : ` until ${whenText(untilMs)}`;
  return `taken by ${who} at ${whenText(timeMs)}${until}${note ? `: ${note}` : ''}`;
}

/** @param {Alert} alert */
function item(alert) {
  const [state, sign] = stateOf(alert);
  const { name, subject, severity, priority, says, acknowledged, next, runbook, value, limit } = alert;
  return html`
    <li class="alert" data-state=${state} data-severity=${severity}>
      <p>
        <span class="pill"><span aria-hidden="true">${sign} </span>${state}</span>
        <span class="note">${priority}</span>
      </p>
      <div class="alert-text">
        <p class="alert-says">${says}</p>
        <p class="note">${name} ${subject}${sinceText(alert)}</p>
        ${acknowledged ? html`<p class="note">${acknowledgement(acknowledged)}</p>` : ''}
        <p class="small">
          <span class="tag">Next</span> ${next}
          <a href="/${runbook}">runbook<span class="hidden"> of ${name} ${subject}</span></a>
        </p>
      </div>
      <p class="alert-value">
        ${value === undefined ? '' : html`<b class="num">${value}</b>`}
        ${limit === undefined ? '' : html`<span class="num note">limit ${limit}</span>`}
      </p>
    </li>`;
}

/** @param {Resolved} resolved */
const row = ({ name, subject, firedMs, resolvedMs, says }) => html`
  <tr>
    <td class="num">${whenText(resolvedMs)}</td>
    <td class="num">${firedMs === undefined ? 'unknown' : spanText(resolvedMs - firedMs)}</td>
    <td>${name} ${subject}</td>
    <td class="soft">${says}</td>
  </tr>`;

/** @param {readonly Resolved[]} resolved */
const past = (resolved) =>
  resolved.length === 0
    ? html`<p class="note">None was resolved in the last 48 h.</p>`
    : html`
      <details>
        <summary class="note">${resolved.length === 20 ? 'the last 20' : resolved.length} resolved in 48 h</summary>
        ${table('Resolved alerts', resolved.map(row), ['resolved', 'fired for', 'alert', 'said'])}
      </details>`;

/** @param {Map<string, any>} content */
export function showAlerts(content) {
  /** @type {Alert[]} */
  const open = [...content].flatMap(([key, value]) => (key.startsWith('alert/') ? [value] : []));
  const firing = open.filter(({ status }) => status === 'firing').length;
  setText(byId('alerts-count'), open.length === 0 ? '' : `${firing} firing, ${open.length - firing} pending`);
  render(
    html`
      ${open.length === 0 ? html`<p>No alert is pending or firing.</p>` : ''}
      <ul>${repeat(open, ({ fingerprint }) => fingerprint, item)}</ul>
      ${past(content.get('resolved'))}`,
    byId('alerts'),
  );
}
