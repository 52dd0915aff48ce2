import { html, render, svg } from 'lit-html';
import type { Coverage } from '../../../history/index.ts';
import type { Facts } from '../facts.ts';
import type { watchView } from '../view/watch.ts';
import { byId } from './dom.ts';
import { age, badge, left, table } from './marks.ts';
import { nowMs, spanText, whenText } from './time.ts';

type Watch = ReturnType<typeof watchView>;
type Maintenance = Facts['maintenance'];

const spanMs = 48 * 3_600_000;

/** The last 48h as a band, gaps cut out of it. */
function band({ gaps }: Coverage, beganMs: number | undefined) {
  const fromMs = nowMs() - spanMs;
  const place = (ms: number) => Math.min(1, Math.max(0, (ms - fromMs) / spanMs)) * 480;
  const first = place(Math.min(beganMs ?? fromMs, ...gaps.map((gap) => gap.fromMs)));
  return html`
    <svg class="band" viewBox="0 0 480 14" preserveAspectRatio="none" aria-hidden="true">
      <path class="band-seen" d="M${first.toFixed(1)} 4H480V14H${first.toFixed(1)}Z"></path>
      ${gaps.map((gap) => {
        const start = place(gap.fromMs);
        const width = Math.max(1.5, place(gap.toMs) - start);
        return svg`<rect class="band-gap" x=${start.toFixed(1)} width=${width.toFixed(1)} height="14"></rect>`;
      })}
    </svg>`;
}

const gapRow = ({ fromMs, toMs, reason }: Coverage['gaps'][number]) => html`
  <tr>
    <td class="num">${whenText(fromMs)}</td>
    <td class="num">${whenText(toMs)}</td>
    <td class="num">${spanText(toMs - fromMs)}</td>
    <td>${reason}</td>
  </tr>`;

export function showCoverage(coverage: Coverage, beganMs: number | undefined) {
  const { due, observed, missed, ratio, largestGapMs, gaps } = coverage;
  const percent = ratio === undefined ? 'no slot was due' : `${Math.floor(ratio * 1000) / 10} %`;
  const grouped = (value: number) => value.toLocaleString('en-US');
  const number = gaps.length === 50 ? 'the last 50' : gaps.length;
  render(
    html`
      <p class="big">
        <b class="num">${percent}</b>
        <span class="soft">${grouped(observed)} of ${grouped(due)} slots observed, ${missed} missed</span>
      </p>
      ${band(coverage, beganMs)}
      <p class="row band-scale note"><span>48h ago</span><span>now</span></p>
      ${
        gaps.length === 0
          ? html`<p class="note">No gap.</p>`
          : html`
            <details>
              <summary class="note">${number} ${gaps.length === 1 ? 'gap' : 'gaps'}, the largest ${spanText(largestGapMs)}</summary>
              ${table('Gaps', gaps.map(gapRow), ['from', 'to', 'for', 'why'])}
            </details>`
      }`,
    byId('coverage'),
  );
}

function sentinelText(sentinel: Watch['sentinel']) {
  switch (sentinel.state) {
    case 'received':
      return html`${badge('pass')} arrived ${age(sentinel.atMs)} ago, in ${sentinel.tookMs} ms`;
    case 'missing':
      return html`${badge('fail')} did not arrive: ${sentinel.reason}`;
    case 'off':
      return html`${badge('skipped')} is switched off`;
    default:
      return html`${badge('unknown')} not sent yet`;
  }
}

function cycleText({ cycle, isOwnCycle }: Watch) {
  if (!cycle) return 'none yet';
  const { verdict, startedMs, durationMs } = cycle;
  return html`${badge(verdict === 'inconclusive' ? 'unknown' : verdict)} ${verdict},
    ${age(startedMs + durationMs)} ago, took ${(durationMs / 1000).toFixed(1)} s${isOwnCycle ? '' : ', of a watch before this one'}`;
}

function maintenanceText({ reason, fromMs, toMs, matchers, who }: Maintenance[number]) {
  const when = `${fromMs <= nowMs() ? 'until' : `from ${whenText(fromMs)} to`} ${whenText(toMs)}`;
  const labels = matchers.map(({ label, operator, value }) => `${label}${operator}${value}`);
  const which = labels.length > 0 ? ` (${labels.join(', ')})` : '';
  return `${when}: ${reason}${which}${who === undefined ? '' : `, declared by ${who}`}`;
}

/** What is silent now and until when, for beside the clock. */
export function quietText(maintenance: Maintenance): string {
  const open = maintenance.filter(({ fromMs, toMs }) => fromMs <= nowMs() && nowMs() < toMs);
  const [one] = open;
  if (!one) return '';
  const until = whenText(Math.max(...open.map(({ toMs }) => toMs)));
  if (open.length > 1) return `${open.length} silences until ${until}`;
  return `${one.matchers.length === 0 ? 'Maintenance' : 'Silenced'} until ${until}`;
}

const fact = (term: string, description: unknown) =>
  html`<dt class="soft">${term}</dt><dd>${description}</dd>`;

export function showWatch(watch: Watch, maintenance: Maintenance) {
  const { sentinel, distrust, warnings, startedMs, intervalMs, endsMs, pendingNotifications } = watch;
  const trust =
    distrust.length === 0
      ? html`${badge('pass')} its results can be trusted`
      : html`${badge('unknown')} ${distrust.join('; ')}`;
  const confirming = watch.confirmation === 'confirming' ? ', now every 30 s to confirm a failure' : '';
  const waiting =
    pendingNotifications === 0
      ? 'no notification waits'
      : `${pendingNotifications} notifications wait to be delivered`;
  const running = html`for ${age(startedMs)}${endsMs === undefined ? '' : html`, ends in ${left(endsMs)}`}`;
  render(
    html`
      <dl class="facts">
        ${fact('Trust', trust)}
        ${fact('Last cycle', cycleText(watch))}
        ${watch.mixedReleases ? fact('Mixed releases', watch.mixedReleases) : ''}
        ${fact('Schedule', `a cycle every ${spanText(intervalMs)}${confirming}`)}
        ${fact('Sentinel', sentinelText(sentinel))}
        ${fact('Waiting', waiting)}
        ${fact('Running', running)}
        ${watch.leader === undefined ? '' : fact('Leader', watch.leader)}
        ${maintenance.map((window) => fact('Maintenance', maintenanceText(window)))}
      </dl>
      ${warnings.length > 0 ? html`<p class="note">Warnings</p>` : ''}
      <ul class="small">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`,
    byId('watch'),
  );
}
