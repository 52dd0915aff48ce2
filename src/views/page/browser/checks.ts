import { html, render } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { CheckView as Check } from '../view/checks.ts';
import { historyView, isOpened, noteOpened, refreshOpened } from './check-history.ts';
import { byId, setText } from './dom.ts';
import { badge, meter, table } from './marks.ts';
import { drawStrip, stripText } from './strip.ts';

type Measurement = Check['measurements'][number];

const titles: Record<string, string> = {
  health: 'Health',
  metrics: 'Metrics',
  slo: 'SLO baselines',
  monitoring: 'Continuous monitoring',
  rollback: 'Rollback triggers',
};

const measurementRow = ({ name, text, limit, note, isMet }: Measurement) => html`
  <tr>
    <td>${name}</td>
    <td class="num">${text}</td>
    <td class="num soft">${limit ? `must be ${limit}` : 'recorded only'}</td>
    <td>${limit ? badge(isMet ? 'pass' : 'fail', true) : ''}</td>
    <td class="soft">${note}</td>
  </tr>`;

function about({ id, measures, priority, runbook, durationMs, strip }: Check) {
  return html`
    <p class="note">
      ${measures ? `Measures ${measures}. ` : ''}
      ${priority ? `${priority}. ` : ''}
      ${durationMs === undefined ? '' : `Took ${durationMs} ms. `}
      ${strip ? `${stripText(strip).replace(/^l/, 'L')}. ` : ''}
      ${runbook ? html`<a href="${runbook}">about ${id}</a>` : ''}
    </p>`;
}

function details(check: Check) {
  const { id, outcome, reason, measurements, next, alert } = check;
  const isOpen = outcome !== 'pass' && outcome !== 'skipped' && next;
  return html`
    <div class="check-more">
      ${reason ? html`<p class="check-reason">${reason}</p>` : ''}
      ${isOpen ? html`<p><span class="tag">Next</span> ${next}</p>` : ''}
      ${alert === undefined ? '' : html`<p><a href="#alert-${alert}">its alert</a></p>`}
      ${measurements.length > 0 ? table(`Measurements of ${id}`, measurements.map(measurementRow)) : ''}
      ${isOpened(id) ? historyView(check) : ''}
      ${about(check)}
    </div>`;
}

function toggled({ target }: Event) {
  if (!(target instanceof HTMLDetailsElement)) return;
  const id = target.dataset.check;
  if (id === undefined) return;
  noteOpened(id, target.open, redraw);
  redraw();
}

const short = (text: string | undefined) => text?.replace('/operation', '/op');

/** A skip that the configuration accepts, and not one for a part that is not declared. */
const isMeant = ({ outcome, reason }: Check) =>
  outcome === 'skipped' && reason?.startsWith('skipped') === true;

const wordOfSkip = (check: Check) => (isMeant(check) ? 'skipped' : 'not declared');

function item(check: Check) {
  const { id, shown, title, outcome, measurements, strip } = check;
  // What says most: an unmet one before a met one.
  const main =
    measurements.find(({ isMet }) => !isMet) ?? measurements.find(({ limit }) => limit) ?? measurements[0];
  const skip = outcome === 'skipped' ? wordOfSkip(check) : undefined;
  const absent = skip ?? (outcome === 'none' ? 'not judged yet' : 'no measurement');
  return html`
    <details class="check" id=${id} data-outcome=${outcome} data-check=${id} @toggle=${toggled}>
      <summary class="small">
        ${badge(outcome, false, skip)}
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

const count = (checks: Check[], outcome: string) =>
  checks.filter((check) => check.outcome === outcome).length;

function section([group, checks]: [group: string, checks: Check[]]) {
  const judged = checks.length - count(checks, 'skipped') - count(checks, 'none');
  return html`
    <details class="panel group" data-group=${group} open>
      <summary><h3>${titles[group] ?? group} <span class="note num">${judged === 0 ? '' : `${count(checks, 'pass')} of ${judged}`}</span></h3></summary>
      ${repeat(checks.toSorted(byTrouble), ({ id }) => id, item)}
    </details>`;
}

/** What fails first, then what is unknown. */
const trouble = ({ outcome }: Check) => (outcome === 'fail' ? 0 : outcome === 'unknown' ? 1 : 2);
const byTrouble = (a: Check, b: Check) => trouble(a) - trouble(b);

/** What was shown last. */
let shownChecks: Check[] = [];

const input = (id: string) => byId(id) as HTMLInputElement;

/** Whether a check is asked for by the search and the box beside it. */
function isWanted(check: Check) {
  if (input('only-problems').checked && trouble(check) === 2) return false;
  const wanted = input('check-search').value.trim().toLowerCase();
  return (
    wanted === '' || `${check.shown} ${check.title} ${check.reason ?? ''}`.toLowerCase().includes(wanted)
  );
}

function redraw() {
  const wanted = shownChecks.filter(isWanted);
  const groups = [...Map.groupBy(wanted, ({ group }) => group)].sort(
    ([, a], [, b]) => Math.min(...a.map(trouble)) - Math.min(...b.map(trouble)),
  );
  const none = html`<p class="note">${shownChecks.length === 0 ? 'No check is known yet.' : 'No check matches.'}</p>`;
  render(wanted.length === 0 ? none : repeat(groups, ([group]) => group, section), byId('checks'));
}

/** Opens the check that the address names, and goes there. */
export function followLink() {
  const id = decodeURIComponent(location.hash.slice(1));
  const check = [...document.querySelectorAll('details.check')].find((one) => one.id === id);
  if (!(check instanceof HTMLDetailsElement)) return;
  check.closest('details.group')?.setAttribute('open', '');
  check.open = true;
  check.scrollIntoView({ block: 'start' });
  check.querySelector('summary')?.focus({ preventScroll: true });
}

/** Makes the search, the box beside it and links to checks work. */
export function openChecks() {
  input('check-search').addEventListener('input', redraw);
  input('only-problems').addEventListener('change', redraw);
  addEventListener('hashchange', followLink);
}

export function showChecks(checks: Check[]) {
  shownChecks = checks;
  redraw();
  refreshOpened(redraw);
  const words: Record<string, string> = {
    fail: 'failing',
    unknown: 'unknown',
    pass: 'passing',
    none: 'not judged yet',
  };
  const said = checks.map(
    (check) => words[check.outcome] ?? (check.outcome === 'skipped' ? wordOfSkip(check) : ''),
  );
  const parts = [...Object.values(words), 'skipped', 'not declared'].flatMap((word) => {
    const number = said.filter((each) => each === word).length;
    return number > 0 ? [`${number} ${word}`] : [];
  });
  setText(byId('checks-count'), parts.join(', '));
}
