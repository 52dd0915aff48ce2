import { html, render } from 'lit-html';
import type { RollbackRun as Run, ShadowRollback, RollbackStage as Stage } from '../../../release/index.ts';
import { byId } from './dom.ts';
import { age, badge, meter } from './marks.ts';
import { nowMs, spanText, whenText } from './time.ts';

type Shadow = { record: string; newest: readonly ShadowRollback[] };

const signs = { waiting: '·', running: '▸', done: '✓', failed: '✕', 'over budget': '!', aborted: '■' };

/** How long it took, or takes. */
const taken = (startedMs: number, endedMs: number | undefined) =>
  endedMs === undefined ? age(startedMs) : spanText(endedMs - startedMs);

function stageItem({ name, budgetMs, startedMs, endedMs, status, detail }: Stage) {
  const used = startedMs === undefined ? 0 : ((endedMs ?? nowMs()) - startedMs) / budgetMs;
  return html`
    <li class="small" data-state=${status.replace(' ', '-')}>
      <span class="stage"><span aria-hidden="true">${signs[status]}</span> ${name} ${status}</span>
      <span class="num soft">${startedMs === undefined ? '' : taken(startedMs, endedMs)} of ${spanText(budgetMs)}</span>
      ${meter(used)}
      ${detail === undefined ? '' : html`<span class="soft">${detail}</span>`}
    </li>`;
}

const outcomes = { running: 'warn', succeeded: 'pass', failed: 'fail', aborted: 'fail', escalated: 'fail' };

function runView({ type, status, reason, startedMs, endedMs, detail, settledMs, stages }: Run) {
  const settled = settledMs === undefined ? '' : ` · taken over by a person at ${whenText(settledMs)}`;
  return html`
    <article class="run">
      <p>
        ${badge(outcomes[status])} <b>${type} rollback ${status}</b> · begun ${whenText(startedMs)},
        ${taken(startedMs, endedMs)}${settled}
      </p>
      <p class="note">${reason}</p>
      <ol class="run-stages" aria-label="Stages of the rollback">${stages.map(stageItem)}</ol>
      ${detail === undefined ? '' : html`<p class="note">${detail}</p>`}
    </article>`;
}

/** Below the sentence while it runs or did not help and nobody has taken over; else over the rollout. */
function place(newest: Run | undefined, hasShadow: boolean) {
  const panel = byId('rollback-panel');
  const isOpen = newest !== undefined && newest.status !== 'succeeded' && newest.settledMs === undefined;
  const next = byId(isOpen ? 'stats' : 'rollout-panel');
  if (panel.nextElementSibling !== next) next.before(panel);
  panel.hidden = newest === undefined && !hasShadow;
}

const shadowView = ({ record, newest }: Shadow) => html`
  <p><b>Shadow mode</b>: ${record}</p>
  <ul>${newest.map(
    ({ atMs, release, reason, outcome }) =>
      html`<li class="note">${whenText(atMs)}: would have rolled back ${release}, ${reason} (${outcome})</li>`,
  )}</ul>`;

/** The newest first. */
export function showRollback([newest, ...others]: readonly Run[], shadow: Shadow) {
  place(newest, shadow.newest.length > 0);
  const before = html`
    <details><summary class="note">${others.length} before</summary>${others.map(runView)}</details>`;
  render(
    html`${shadow.newest.length > 0 ? shadowView(shadow) : ''}${newest ? runView(newest) : ''}${others.length > 0 ? before : ''}`,
    byId('rollback'),
  );
}
