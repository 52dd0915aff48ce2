import { html, svg } from 'lit-html';
import type { OpenedCheck as History } from '../view/check-history.ts';
import type { CheckView as Check } from '../view/checks.ts';
import { commandLine, copyButton } from './copy.ts';
import { age, badge, table } from './marks.ts';
import { whenText } from './time.ts';

/** What was fetched of each check that is open. */
const known: Map<string, History> = new Map();
/** Those that somebody opened. */
const opened: Set<string> = new Set();

export const isOpened = (id: string) => opened.has(id);

const hoursShown = () => new URLSearchParams(location.search).get('hours') ?? '6';

async function load(id: string, changed: () => void) {
  try {
    const answer = await fetch(`api/page/check?hours=${hoursShown()}&id=${encodeURIComponent(id)}`);
    if (!answer.ok) return;
    known.set(id, await answer.json());
    changed();
  } catch {
    // The page says by itself that nothing can be fetched; what is known stays.
  }
}

/** Notes that a check was opened or closed. */
export function noteOpened(id: string, isOpen: boolean, changed: () => void) {
  if (!isOpen) opened.delete(id);
  else if (!opened.has(id)) {
    opened.add(id);
    void load(id, changed);
  }
}

/** Fetches anew what is open. */
export function refreshOpened(changed: () => void) {
  for (const id of opened) void load(id, changed);
}

const width = 480;
const height = 60;

/** The value over time with its limit, failed cycles as crosses. */
function curve({ cycles }: History, what: string) {
  const points = cycles.flatMap(([at, outcome, value, limit]) =>
    value === null ? [] : { at, outcome, value, limit },
  );
  const [newest, oldest] = [points[0], points.at(-1)];
  if (!newest || !oldest || newest === oldest) return '';
  const limit = newest.limit;
  const values = points.map(({ value }) => value);
  const top = Math.max(...values, limit ?? 0) * 1.1 || 1;
  const x = (at: number) => ((at - oldest.at) / (newest.at - oldest.at || 1)) * width;
  const y = (value: number) => height - (value / top) * height;
  const pair = (left: number, top: number) => `${left.toFixed(1)} ${top.toFixed(1)}`;
  const line = points
    .map(({ at, value }, place) => `${place === 0 ? 'M' : 'L'}${pair(x(at), y(value))}`)
    .join('');
  const failed = points.filter(({ outcome }) => outcome === 'fail');
  const crosses = failed.map(({ at, value }) => `M${pair(x(at) - 3, y(value) - 3)}l6 6m0 -6l-6 6`).join('');
  return html`
    <svg class="curve" viewBox="-4 -4 ${width + 8} ${height + 8}" preserveAspectRatio="none" role="img"
      aria-label="${what} over ${points.length} cycles, ${failed.length} failed">
      ${limit === null ? '' : svg`<path class="curve-limit" d="M${pair(0, y(limit))}H${width}"></path>`}
      <path class="curve-line" d=${line}></path>
      <path class="curve-fail" d=${crosses}></path>
    </svg>`;
}

const cycleRow = ([at, outcome]: History['cycles'][number]) =>
  html`<tr><td class="num">${whenText(at)}</td><td>${badge(outcome, true)}</td></tr>`;

/** Cycles in which the outcome changed, the newest first. */
const turns = (cycles: History['cycles']) =>
  cycles.filter(([, outcome], place) => outcome !== cycles[place + 1]?.[1]).slice(0, 12);

/** A request and its answer. */
function exchangeView(title: string, exchange: History['asked'][number]['good']) {
  if (!exchange) return '';
  const { atMs, method, url, sent, status, type, came, failure, durationMs, trace } = exchange;
  const answer = failure ?? `${status}${type === undefined ? '' : ` ${type}`}, ${durationMs.toFixed(0)} ms`;
  return html`
    <p><span class="tag">${title}</span> <span class="num">${whenText(atMs)}</span>
      ${trace === undefined ? '' : html`<a href=${trace}>trace</a>`}</p>
    <pre class="check-reason" tabindex="0" aria-label=${title}>${[`${method} ${url}`, sent, '', answer, came].filter((line) => line !== undefined).join('\n')}</pre>`;
}

/** All that there is to see of a check, once it is fetched. */
export function historyView({ id, measurements }: Check) {
  const history = known.get(id);
  if (!history) return html`<p class="note">Loading its cycles …</p>`;
  const { cycles, firstFailedMs, lastPassedMs, message, place } = history;
  const main = measurements.find(({ limit }) => limit);
  const facts = [
    firstFailedMs === undefined
      ? ''
      : html`Failing since ${whenText(firstFailedMs)}, for ${age(firstFailedMs)}. `,
    lastPassedMs === undefined ? 'It never passed here. ' : html`Last passed ${whenText(lastPassedMs)}. `,
  ];
  return html`
    <p class="note">${facts}${cycles.length} cycles in ${hoursShown()}h.</p>
    ${curve(history, main ? `${main.name}, must be ${main.limit}` : 'value')}
    ${message === undefined || message.length <= 1200 ? '' : html`<pre class="check-reason">${message}</pre>`}
    ${history.asked.map(({ failed, good }) => [
      exchangeView('Asked when it failed', failed),
      exchangeView('The last good answer before', good),
    ])}
    ${place?.command === undefined ? '' : html`<p><span class="tag">Run</span> ${commandLine(`the command that runs ${id}`, place.command)}</p>`}
    ${place === undefined ? '' : html`<p class="note">${place.file}${place.line === undefined ? '' : `:${place.line}`}${place.owner === undefined ? '' : `, owned by ${place.owner}`}</p>`}
    <details>
      <summary class="note">when the outcome changed</summary>
      ${table(`Changes of ${id}`, turns(cycles).map(cycleRow))}
    </details>
    <p>${copyButton(`the link to ${id}`, `${location.origin}/${location.search}#${encodeURIComponent(id)}`, 'Copy link')}</p>`;
}
