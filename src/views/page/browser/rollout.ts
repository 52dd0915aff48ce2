import { html, nothing, render } from 'lit-html';
import type { rolloutView } from '../view/rollout.ts';
import { byId } from './dom.ts';
import { age, badge, left, progress, table } from './marks.ts';
import { nowMs, spanText, whenText } from './time.ts';

type Rollout = NonNullable<ReturnType<typeof rolloutView>>;
type Gate = NonNullable<Rollout['gate']>;

function stageWords(
  { deployedMs, next }: Rollout,
  { percent, afterMs, takenMs }: Rollout['stages'][number],
): [state: string, sign: string, words: unknown] {
  if (takenMs !== undefined) return ['taken', '✓', `taken ${whenText(takenMs)}`];
  if (percent !== next?.percent) return ['later', '·', `from ${whenText(deployedMs + afterMs)}`];
  const dueMs = next.soakEndsMs;
  if (dueMs <= nowMs()) return ['next', '▸', 'soak is over'];
  return ['next', '◔', html`in ${left(dueMs)}, ${whenText(dueMs)}`];
}

function stageItem(rollout: Rollout, stage: Rollout['stages'][number]) {
  const [state, sign, words] = stageWords(rollout, stage);
  const isCurrent = state === 'taken' && stage.percent === rollout.percent;
  return html`
    <li class="small" data-state=${state} aria-current=${isCurrent ? 'step' : nothing}>
      <b class="num">${stage.percent} %</b>
      <span aria-hidden="true">${sign}</span>
      <p class="note">${words}</p>
    </li>`;
}

function soak({ next, percent, gate }: Rollout) {
  if (!next) return html`<p class="note">Every stage of the plan is taken.</p>`;
  const leftMs = next.soakEndsMs - nowMs();
  const soakTime = html`<b class="num">${spanText(next.soakMs)}</b>`;
  const isShut = gate !== undefined && gate.verdict !== 'pass';
  const ask = isShut
    ? '; what else blocks the gate is below'
    : html`: ask <code>vigil gate --to ${next.percent}</code>`;
  const words =
    leftMs > 0
      ? html`${percent} % has to hold for ${soakTime}, another ${left(next.soakEndsMs)}`
      : html`${percent} % has held for its ${soakTime}${ask}`;
  return html`
    <div>
      ${progress(1 - leftMs / next.soakMs)}
      <p class="note">${words}</p>
    </div>`;
}

const conditionRow = ({ title, outcome, value, limit, detail }: Gate['conditions'][number]) => html`
  <tr>
    <td>${badge(outcome)}</td>
    <td>${title}</td>
    <td class="num">${value}</td>
    <td class="num soft">${limit}</td>
    <td class="soft">${detail}</td>
  </tr>`;

const verdictBadge = (verdict: Gate['verdict']) => badge(verdict === 'inconclusive' ? 'unknown' : verdict);

/** What the gate would say now. */
function gateView({ to, verdict, next, askAgainAtMs, conditions }: Gate) {
  const met = conditions.filter(({ outcome }) => outcome === 'pass').length;
  const answer = verdict === 'pass' ? 'is open' : verdict === 'fail' ? 'is blocked' : 'is undecided';
  const isLater = askAgainAtMs !== undefined && askAgainAtMs > nowMs();
  return html`
    <details class="gate">
      <summary class="note">
        ${verdictBadge(verdict)}
        <b>Gate to ${to} % ${answer}</b>, ${met} of ${conditions.length} conditions met
        ${isLater ? html` · ask again in ${left(askAgainAtMs)}` : ''}
      </summary>
      <p class="note">${next}</p>
      ${table('Conditions of the gate', conditions.map(conditionRow))}
    </details>`;
}

const decisionItem = ({ timeMs, to, verdict, askedBy, override }: Rollout['decisions'][number]) => html`
  <li>
    ${verdictBadge(verdict)} ${whenText(timeMs)}: ${verdict} for ${to} %, asked by
    ${askedBy}${override ? `, overridden by ${override.by}: ${override.reason}` : ''}
  </li>`;

const decisionsView = (decisions: Rollout['decisions']) =>
  decisions.length === 0
    ? html`<p class="note">Nobody has asked the gate since this deployment.</p>`
    : html`
      <ul class="note" aria-label="Decisions of the gate">
        ${decisions.slice(0, 4).map(decisionItem)}
      </ul>`;

const advisoryView = (records: Rollout['advisory']) =>
  records.length === 0
    ? ''
    : html`
      <ul class="note" aria-label="Advisory conditions and checks">
        ${records.map((record) => html`<li>advisory: ${record}</li>`)}
      </ul>`;

const rolloutShown = (rollout: Rollout) => html`
  <p class="big">
    <b class="num">${rollout.percent} %</b>
    ${
      rollout.stray
        ? html`was let through to ${rollout.release} ${age(rollout.sinceMs)} ago; ${rollout.stray}`
        : html`of the traffic on ${rollout.release} for ${age(rollout.sinceMs)}`
    }
  </p>
  <ol class="stages" aria-label="Stages of the plan">
    ${rollout.stages.map((stage) => stageItem(rollout, stage))}
  </ol>
  ${soak(rollout)}
  ${rollout.gate ? gateView(rollout.gate) : ''}
  ${decisionsView(rollout.decisions)}${advisoryView(rollout.advisory)}`;

export function showRollout(rollout: Rollout | null | undefined) {
  const none = html`
    <p>No rollout is recorded.</p>
    <p class="note">A deployment and the decisions of the gate appear here once they are.</p>`;
  render(rollout ? rolloutShown(rollout) : none, byId('rollout'));
}
