import { html, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { ShownAlert as Alert } from '../open-alerts.ts';
import type { resolvedViews } from '../view/resolved.ts';
import { changeButtons } from './changes.ts';
import { commandLine } from './copy.ts';
import { byId, setText } from './dom.ts';
import type { Content } from './live.ts';
import { age, left, table } from './marks.ts';
import { spanText, whenText } from './time.ts';

type Incident = { id: string; lead: string; others: string[] };
type Resolved = ReturnType<typeof resolvedViews>[number];

function stateOf({ status, acknowledged, mute, isClearing }: Alert) {
  if (status === 'pending') return ['pending', '◔'];
  if (acknowledged) return ['acknowledged', '◉'];
  if (mute?.kind === 'maintenance') return ['silenced', '◌'];
  if (mute?.kind === 'inhibited') return ['explained', '◌'];
  return isClearing ? ['clearing', '◑'] : ['firing', '●'];
}

/** Since when, and what else there is to know of it. */
function sinceText({ sinceMs, dueMs, noDataSinceMs, isNew, isClearing, mute, silencedUntilMs }: Alert) {
  return html`since ${whenText(sinceMs)},
    ${age(sinceMs)}${dueMs === undefined ? '' : html` · fires in ${left(dueMs)} unless it recovers`}
    ${noDataSinceMs === undefined ? '' : ` · no data since ${whenText(noDataSinceMs)}`}
    ${isClearing ? ' · within its limit again, fires on until that has held' : ''}
    ${isNew ? '' : ' · was there before the deployment'}
    ${mute?.kind === 'inhibited' ? ` · ${mute.by}` : ''}
    ${mute?.kind === 'maintenance' ? ` · silenced${silencedUntilMs === undefined ? '' : ` until ${whenText(silencedUntilMs)}`}: ${mute.by}` : ''}`;
}

function acknowledgement({ who, timeMs, untilMs, note }: NonNullable<Alert['acknowledged']>) {
  const until = untilMs === undefined ? '' : ` until ${whenText(untilMs)}`;
  return `acknowledged by ${who} at ${whenText(timeMs)}${until}${note ? `: ${note}` : ''}`;
}

function alertView(alert: Alert) {
  const [state, sign] = stateOf(alert);
  const { name, subject, severity, priority, says, acknowledged, next, runbook, check, value, limit } = alert;
  return html`
    <div class="alert" id="alert-${alert.fingerprint}" data-state=${state} data-severity=${severity}>
      <p>
        <span class="pill"><span aria-hidden="true">${sign} </span>${state}</span>
        <span class="note">${priority}</span>
      </p>
      <div class="alert-text">
        <p class="alert-says">${says}</p>
        <p class="note">${name} ${subject} · id <code>${alert.shortId}</code> · ${sinceText(alert)}</p>
        ${acknowledged ? html`<p class="note">${acknowledgement(acknowledged)}</p>` : ''}
        <p class="small">
          <span class="tag">Next</span> ${next}
          <a href="${runbook}">runbook<span class="hidden"> of ${name} ${subject}</span></a>
          ${check === undefined ? '' : html`<a href="#${encodeURIComponent(check)}">check<span class="hidden"> ${check}</span></a>`}
        </p>
      </div>
      <p class="alert-value">
        ${value === undefined ? '' : html`<b class="num">${value}</b>`}
        ${limit === undefined ? '' : html`<span class="num note">limit ${limit}</span>`}
      </p>
    </div>`;
}

/** What a person calls an alert. */
const nameOf = ({ name, subject }: Alert) =>
  name === 'HealthCheckFailed' ? subject : `${name} ${subject ?? ''}`.trim();

/** What follows from the cause of an incident, folded. */
const consequences = (others: Alert[]) => html`
  <details class="consequences">
    <summary class="note">
      ${others.length} ${others.length === 1 ? 'consequence' : 'consequences'}: ${others.slice(0, 4).map(nameOf).join(', ')}${others.length > 4 ? ` and ${others.length - 4} more` : ''}
    </summary>
    ${repeat(others, ({ fingerprint }) => fingerprint, alertView)}
  </details>`;

/** What a person can do about an incident now. */
function actions(lead: Alert, others: Alert[], isChangeable: boolean) {
  const name = nameOf(lead) ?? lead.name;
  const open = [lead, ...others].filter(({ acknowledged }) => !acknowledged);
  return html`
    <div class="actions small">
      ${
        isChangeable && open.length > 0
          ? changeButtons(
              open.map(({ fingerprint }) => fingerprint),
              name,
            )
          : ''
      }
      <details>
        <summary class="note">commands<span class="hidden"> for ${name}</span></summary>
        <p>${commandLine(`the command that acknowledges ${name}`, lead.commands.acknowledge)}</p>
        <p>${commandLine(`the command that silences ${name}`, lead.commands.silence)}</p>
      </details>
    </div>`;
}

const incidentView = ({ lead, others }: { lead: Alert; others: Alert[] }, isChangeable: boolean) => html`
  <li class="incident">
    ${alertView(lead)}
    ${actions(lead, others, isChangeable)}
    ${others.length > 0 ? consequences(others) : ''}
  </li>`;

/** How many alerts are in which state. */
function countsText(open: Alert[]) {
  const states = open.map((alert) => stateOf(alert)[0]);
  const count = (...names: string[]) => states.filter((state) => names.includes(state ?? '')).length;
  const parts = [`${count('firing', 'explained', 'clearing')} firing`];
  for (const state of ['acknowledged', 'silenced', 'pending'])
    if (count(state) > 0) parts.push(`${count(state)} ${state}`);
  return parts.join(', ');
}

const row = ({ name, subject, firedMs, resolvedMs, says }: Resolved) => html`
  <tr>
    <td class="num">${whenText(resolvedMs)}</td>
    <td class="num">${firedMs === undefined ? 'unknown' : spanText(resolvedMs - firedMs)}</td>
    <td>${name} ${subject}</td>
    <td class="soft">${says}</td>
  </tr>`;

const past = (resolved: readonly Resolved[]) =>
  resolved.length === 0
    ? html`<p class="note">None was resolved in the last 48h.</p>`
    : html`
      <details>
        <summary class="note">${resolved.length === 20 ? 'the last 20' : resolved.length} resolved in 48h</summary>
        ${table('Resolved alerts', resolved.map(row), ['resolved', 'fired for', 'alert', 'said'])}
      </details>`;

export function showAlerts(content: Content) {
  const open: Alert[] = [...content].flatMap(([key, value]) => (key.startsWith('alert/') ? [value] : []));
  const byKey = new Map(open.map((alert) => [alert.fingerprint, alert]));
  const alertsOf = (keys: string[]) => keys.flatMap((key) => byKey.get(key) ?? []);
  const incidents = (content.get('incidents') as Incident[]).flatMap(({ id, lead, others }) =>
    alertsOf([lead]).map((alert) => ({ id, lead: alert, others: alertsOf(others) })),
  );
  const isChangeable = content.get('meta').isChangeable;
  setText(byId('alerts-count'), open.length === 0 ? '' : countsText(open));
  render(
    html`
      ${open.length === 0 ? html`<p>No alert is pending or firing.</p>` : ''}
      <ul>${repeat(
        incidents,
        ({ id }) => id,
        (one) => incidentView(one, isChangeable),
      )}</ul>
      ${past(content.get('resolved'))}`,
    byId('alerts'),
  );
}
