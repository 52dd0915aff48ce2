import { byId } from './dom.js';
import { html, nothing, render } from './lit-html/lit-html.js';
import { age, badge, left, meter, table } from './marks.js';
import { nowMs, spanText, whenText } from './time.js';

/** @typedef {NonNullable<ReturnType<typeof import('../view/rollout.ts').rolloutView>>} Rollout */
/** @typedef {NonNullable<Rollout['gate']>} Gate */

/**
 * @param {Rollout} rollout
 * @param {Rollout['stages'][number]} stage
 * @returns {[state: string, sign: string, words: unknown]}
 */
function stageWords({ deployedMs, next }, { percent, afterMs, takenMs }) {
  if (takenMs !== undefined) return ['taken', '✓', `taken ${whenText(takenMs)}`];
  if (percent !== next?.percent) return ['later', '·', `from ${whenText(deployedMs + afterMs)}`];
  const dueMs = next.soakEndsMs;
  if (dueMs <= nowMs()) return ['next', '▸', 'soak is over'];
  return ['next', '◔', html`in ${left(dueMs)}, ${whenText(dueMs)}`];
}

/** @param {Rollout} rollout @param {Rollout['stages'][number]} stage */
function stageItem(rollout, stage) {
  const [state, sign, words] = stageWords(rollout, stage);
  const isCurrent = state === 'taken' && stage.percent === rollout.percent;
  return html`
    <li class="small" data-state=${state} aria-current=${isCurrent ? 'step' : nothing}>
      <b class="num">${stage.percent} %</b>
      <span aria-hidden="true">${sign}</span>
      <p class="note">${words}</p>
    </li>`;
}

/** @param {Rollout} rollout */
function soak({ next, percent, gate }) {
  if (!next) return html`<p class="note">Every stage of the plan is taken.</p>`;
  const leftMs = next.soakEndsMs - nowMs();
  const soakTime = html`<b class="num">${spanText(next.soakMs)}</b>`;
  const isShut = gate !== undefined && gate.verdict !== 'pass';
  const ask = isShut
    ? '; what else keeps the gate shut is below'
    : html`: ask <code>vigil gate --to ${next.percent}</code>`;
  const words =
    leftMs > 0
      ? html`${percent} % has to hold for ${soakTime}, another ${left(next.soakEndsMs)}`
      : html`${percent} % has held for its ${soakTime}${ask}`;
  return html`
    <div>
      ${meter(1 - leftMs / next.soakMs)}
      <p class="note">${words}</p>
    </div>`;
}

/** @param {Gate['conditions'][number]} condition */
const conditionRow = ({ title, outcome, value, limit, detail }) => html`
  <tr>
    <td>${badge(outcome)}</td>
    <td>${title}</td>
    <td class="num">${value}</td>
    <td class="num soft">${limit}</td>
    <td class="soft">${detail}</td>
  </tr>`;

/** @param {Gate['verdict']} verdict */
const verdictBadge = (verdict) => badge(verdict === 'inconclusive' ? 'unknown' : verdict);

/** What the gate would say now. @param {Gate} gate */
function gateView({ to, verdict, next, askAgainAtMs, conditions }) {
  const met = conditions.filter(({ outcome }) => outcome === 'pass').length;
  const answer = verdict === 'pass' ? 'would open' : verdict === 'fail' ? 'stays shut' : 'can’t tell yet';
  const isLater = askAgainAtMs !== undefined && askAgainAtMs > nowMs();
  return html`
    <details class="gate">
      <summary class="note">
        ${verdictBadge(verdict)}
        <b>Gate for ${to} % ${answer}</b>, ${met} of ${conditions.length} conditions met
        ${isLater ? html` · ask again in ${left(askAgainAtMs)}` : ''}
      </summary>
      <p class="note">${next}</p>
      ${table('Conditions of the gate', conditions.map(conditionRow))}
    </details>`;
}

/** @param {Rollout['decisions'][number]} decision */
const decisionItem = ({ timeMs, to, verdict, askedBy, override }) => html`
  <li>
    ${verdictBadge(verdict)} ${whenText(timeMs)}: ${verdict} for ${to} %, asked by
    ${askedBy}${override ? `, overridden by ${override.by}: ${override.reason}` : ''}
  </li>`;

/** @param {Rollout['decisions']} decisions */
const decisionsView = (decisions) =>
  decisions.length === 0
    ? html`<p class="note">Nobody has asked the gate since this deployment.</p>`
    : html`
      <ul class="note" aria-label="Decisions of the gate">
        ${decisions.slice(0, 4).map(decisionItem)}
      </ul>`;

/** @param {Rollout} rollout */
const rolloutView = (rollout) => html`
  <p class="big">
    <b class="num">${rollout.percent} %</b> of the traffic on ${rollout.release} for ${age(rollout.sinceMs)}
  </p>
  <ol class="stages" aria-label="Stages of the plan">
    ${rollout.stages.map((stage) => stageItem(rollout, stage))}
  </ol>
  ${soak(rollout)}
  ${rollout.gate ? gateView(rollout.gate) : ''}
  ${decisionsView(rollout.decisions)}`;

/** @param {Rollout | null | undefined} rollout */
export function showRollout(rollout) {
  const none = html`
    <p>No rollout is recorded.</p>
    <p class="note">A deployment and the decisions of the gate appear here once they are.</p>`;
  render(rollout ? rolloutView(rollout) : none, byId('rollout'));
}
