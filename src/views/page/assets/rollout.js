import { byId, h } from './dom.js';
import { age, badge, left } from './marks.js';
import { nowMs, spanText, whenText } from './time.js';

/** @typedef {NonNullable<ReturnType<typeof import('../view/rollout.ts').rolloutView>>} Rollout */
/** @typedef {import('../../../release/index.ts').RollbackRun} Run */
/** @typedef {import('../../../release/index.ts').RollbackStage} RunStage */

/** @param {Rollout} rollout @param {Rollout['stages'][number]} stage */
function stageItem(rollout, { percent, takenMs, dueMs, state }) {
  const isOver = dueMs <= nowMs();
  const [sign, words] =
    takenMs !== undefined
      ? ['✓', ['taken ', whenText(takenMs)]]
      : state === 'next' && isOver
        ? ['▸', ['soak is over']]
        : state === 'next'
          ? ['◔', ['in ', left(dueMs), `, ${whenText(dueMs)}`]]
          : ['·', ['from ', whenText(dueMs)]];
  const isCurrent = takenMs !== undefined && percent === rollout.percent;
  return h(
    'li',
    { 'data-state': state, 'aria-current': isCurrent ? 'step' : undefined },
    h('b', { class: 'num' }, `${percent} %`),
    h('span', { class: 'stage-sign', 'aria-hidden': 'true' }, sign),
    h('span', { class: 'stage-words' }, words),
  );
}

/** @param {Rollout} rollout */
function soak({ next, percent, gate }) {
  if (!next) return h('p', { class: 'rests' }, 'Every stage of the plan is taken.');
  const done = Math.max(0, Math.min(1, 1 - (next.soakEndsMs - nowMs()) / next.soakMs));
  const meter = h('span', { class: 'meter', 'aria-hidden': 'true' }, h('i'));
  meter.style.setProperty('--used', `${done * 100}%`);
  const soakTime = h('b', { class: 'num' }, spanText(next.soakMs));
  const isOpen = gate === undefined || gate.verdict === 'pass';
  const words =
    next.soakEndsMs > nowMs()
      ? [`${percent} % has to hold for `, soakTime, ', another ', left(next.soakEndsMs)]
      : isOpen
        ? [
            `${percent} % has held for its `,
            soakTime,
            ': ask ',
            h('code', {}, `vigil gate --to ${next.percent}`),
          ]
        : [`${percent} % has held for its `, soakTime, '; what else keeps the gate shut is below'];
  return h('div', { class: 'soak' }, meter, h('p', { class: 'rests' }, words));
}

/** @param {NonNullable<Rollout['gate']>['conditions'][number]} condition */
function conditionRow({ title, outcome, text, limit, detail }) {
  return h(
    'tr',
    {},
    h('td', {}, badge(outcome)),
    h('td', {}, title),
    h('td', { class: 'num' }, text ?? ''),
    h('td', { class: 'num soft' }, limit ?? ''),
    h('td', { class: 'soft' }, detail),
  );
}

/** What the gate would say now. @param {NonNullable<Rollout['gate']>} gate @param {boolean} isOpen */
function gateView(gate, isOpen) {
  const { to, verdict, next, askAgainAtMs, conditions } = gate;
  const met = conditions.filter(({ outcome }) => outcome === 'pass').length;
  const answer = verdict === 'pass' ? 'would open' : verdict === 'fail' ? 'stays shut' : 'can’t tell yet';
  return h(
    'details',
    { class: 'more gate', open: isOpen },
    h(
      'summary',
      {},
      badge(verdict === 'inconclusive' ? 'unknown' : verdict),
      h('b', {}, ` Gate for ${to} % ${answer}`),
      `, ${met} of ${conditions.length} conditions met`,
      askAgainAtMs !== undefined && askAgainAtMs > nowMs() && [' · ask again in ', left(askAgainAtMs)],
    ),
    h('p', { class: 'rests' }, next),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Conditions of the gate' },
      h('table', {}, h('tbody', {}, ...conditions.map(conditionRow))),
    ),
  );
}

/** @param {Rollout['decisions']} decisions */
function decisionsView(decisions) {
  if (decisions.length === 0)
    return h('p', { class: 'rests' }, 'Nobody has asked the gate since this deployment.');
  return h(
    'ul',
    { class: 'decisions rests', 'aria-label': 'Decisions of the gate' },
    ...decisions
      .slice(0, 4)
      .map(({ atMs, to, verdict, askedBy, override }) =>
        h(
          'li',
          {},
          badge(verdict === 'inconclusive' ? 'unknown' : verdict),
          ` ${whenText(atMs)}: ${verdict} for ${to} %, asked by ${askedBy}`,
          override !== undefined && `, overridden by ${override.by}: ${override.reason}`,
        ),
      ),
  );
}

/** @param {Rollout | null | undefined} rollout */
export function showRollout(rollout) {
  const parent = byId('rollout');
  if (!rollout) {
    parent.replaceChildren(
      h('p', { class: 'empty' }, 'No rollout is recorded.'),
      h('p', { class: 'rests' }, 'A deployment and the decisions of the gate appear here once they are.'),
    );
    return;
  }
  const { gate } = rollout;
  const isOpen = parent.querySelector('details')?.open ?? false;
  parent.replaceChildren(
    h(
      'p',
      { class: 'rollout-now' },
      h('b', { class: 'num' }, `${rollout.percent} %`),
      ' of the traffic',
      ` on ${rollout.release}`,
      ' for ',
      age(rollout.sinceMs),
    ),
    h(
      'ol',
      { class: 'stages', 'aria-label': 'Stages of the plan' },
      ...rollout.stages.map((stage) => stageItem(rollout, stage)),
    ),
    soak(rollout),
    ...(gate ? [gateView(gate, isOpen)] : []),
    decisionsView(rollout.decisions),
  );
}

const stageSigns = { waiting: '·', running: '▸', done: '✓', failed: '✕', 'over budget': '!', aborted: '■' };

/** @param {RunStage} stage */
function runStage({ name, budgetMs, startedMs, endedMs, status, detail }) {
  const taken =
    startedMs === undefined ? '' : endedMs === undefined ? age(startedMs) : spanText(endedMs - startedMs);
  const used = startedMs === undefined ? 0 : ((endedMs ?? nowMs()) - startedMs) / budgetMs;
  const meter = h('span', { class: 'meter', 'aria-hidden': 'true' }, h('i'));
  meter.style.setProperty('--used', `${Math.min(100, used * 100)}%`);
  return h(
    'li',
    { 'data-state': status.replace(' ', '-') },
    h('span', { class: 'stage-sign', 'aria-hidden': 'true' }, stageSigns[status]),
    h('b', {}, name),
    h('span', { class: 'stage-words' }, status),
    h('span', { class: 'num soft' }, taken, ` of ${spanText(budgetMs)}`),
    meter,
    detail !== undefined && h('span', { class: 'soft stage-detail' }, detail),
  );
}

/** @param {Run} run */
function runView(run) {
  const { type, status, reason, startedMs, endedMs, detail, settledMs } = run;
  const outcome = { running: 'warn', succeeded: 'pass', failed: 'fail', aborted: 'fail', escalated: 'fail' }[
    status
  ];
  return h(
    'article',
    { class: 'run' },
    h(
      'p',
      {},
      badge(outcome ?? 'unknown'),
      h('b', {}, ` ${type} rollback ${status}`),
      ` · begun ${whenText(startedMs)}, `,
      endedMs === undefined ? age(startedMs) : spanText(endedMs - startedMs),
      settledMs !== undefined && ` · taken over by a person at ${whenText(settledMs)}`,
    ),
    h('p', { class: 'rests' }, reason),
    h('ol', { class: 'run-stages', 'aria-label': 'Stages of the rollback' }, ...run.stages.map(runStage)),
    detail !== undefined && h('p', { class: 'rests' }, detail),
  );
}

/** Whether somebody has to look at it now: it runs, or did not help and nobody has taken over. @param {Run | undefined} run */
const asksForEyes = (run) => run !== undefined && run.status !== 'succeeded' && run.settledMs === undefined;

/** Below the sentence while it asks for eyes, else beside the alerts. @param {HTMLElement} panel @param {boolean} isFirst */
function place(panel, isFirst) {
  const stands = panel.parentElement?.id === 'beside' ? 'beside' : 'first';
  if (stands === (isFirst ? 'first' : 'beside')) return;
  if (isFirst) byId('stats').before(panel);
  else byId('beside').prepend(panel);
}

/** @param {readonly Run[]} runs */
export function showRollback(runs) {
  const panel = byId('rollback-panel');
  panel.hidden = runs.length === 0;
  const [newest, ...others] = runs;
  place(panel, asksForEyes(newest));
  byId('rollback').replaceChildren(
    ...(newest ? [runView(newest)] : []),
    ...(others.length > 0
      ? [h('details', { class: 'more' }, h('summary', {}, `${others.length} before`), ...others.map(runView))]
      : []),
  );
}
