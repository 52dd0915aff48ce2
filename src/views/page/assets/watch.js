import { byId, h, svg } from './dom.js';
import { age, badge, left } from './marks.js';
import { nowMs, spanText, whenText } from './time.js';

/** @typedef {ReturnType<typeof import('../view/watch.ts').watchView>} Watch */
/** @typedef {ReturnType<typeof import('../view/watch.ts').coverageView>} Coverage */
/** @typedef {ReturnType<typeof import('../view/watch.ts').maintenanceView>} Maintenance */

const spanMs = 48 * 3_600_000;

/** The last 48 h as a band, gaps cut out of it. @param {Coverage} coverage @param {number | undefined} beganMs */
function band({ gaps }, beganMs) {
  const fromMs = nowMs() - spanMs;
  const place = (/** @type {number} */ ms) =>
    (Math.min(1, Math.max(0, (ms - fromMs) / spanMs)) * 480).toFixed(1);
  const first = place(Math.min(beganMs ?? fromMs, ...gaps.map((gap) => gap.fromMs)));
  return svg(
    'svg',
    { class: 'band', viewBox: '0 0 480 14', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { class: 'band-seen', d: `M${first} 4H480V14H${first}Z` }),
    ...gaps.map((gap) => {
      const [start, end] = [
        place(gap.fromMs),
        Math.max(Number(place(gap.toMs)), Number(place(gap.fromMs)) + 1.5),
      ];
      return svg('path', { class: 'band-gap', d: `M${start} 0H${end}V14H${start}Z` });
    }),
  );
}

/** @param {Coverage} coverage @param {number | undefined} beganMs */
export function showCoverage(coverage, beganMs) {
  const { due, observed, missed, ratio, largestGapMs, gaps } = coverage;
  const parent = byId('coverage');
  const isOpen = parent.querySelector('details')?.open ?? false;
  const percent =
    ratio === undefined ? 'no slot was due' : `${Number((Math.floor(ratio * 1000) / 10).toFixed(1))} %`;
  parent.replaceChildren(
    h(
      'p',
      { class: 'big' },
      h('b', { class: 'num' }, percent),
      ' ',
      h(
        'span',
        { class: 'soft' },
        `${observed.toLocaleString('en-US')} of ${due.toLocaleString('en-US')} slots observed, ${missed} missed`,
      ),
    ),
    band(coverage, beganMs),
    h('p', { class: 'band-scale soft' }, h('span', {}, '48 h ago'), h('span', {}, 'now')),
    gaps.length === 0
      ? h('p', { class: 'rests' }, 'No gap.')
      : h(
          'details',
          { class: 'more', open: isOpen },
          h(
            'summary',
            {},
            `${gaps.length === 50 ? 'the last 50' : gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}, the largest ${spanText(largestGapMs)}`,
          ),
          h(
            'div',
            { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Gaps' },
            h(
              'table',
              {},
              h(
                'thead',
                {},
                h('tr', {}, ...['from', 'to', 'for', 'why'].map((text) => h('th', { scope: 'col' }, text))),
              ),
              h(
                'tbody',
                {},
                ...gaps.map(({ fromMs, toMs, reason }) =>
                  h(
                    'tr',
                    {},
                    h('td', { class: 'num' }, whenText(fromMs)),
                    h('td', { class: 'num' }, whenText(toMs)),
                    h('td', { class: 'num' }, spanText(toMs - fromMs)),
                    h('td', {}, reason),
                  ),
                ),
              ),
            ),
          ),
        ),
  );
}

/** @param {Watch['sentinel']} sentinel */
function sentinelText(sentinel) {
  switch (sentinel.state) {
    case 'received':
      return [badge('pass'), ' arrived ', age(sentinel.atMs), ` ago, in ${sentinel.tookMs} ms`];
    case 'missing':
      return [badge('fail'), ' did not arrive: ', sentinel.reason];
    case 'off':
      return [badge('skipped'), ' is switched off'];
    default:
      return [badge('unknown'), ' not sent yet'];
  }
}

/** @param {string} term @param {...import('./dom.js').Child} description */
const fact = (term, ...description) => [h('dt', {}, term), h('dd', {}, ...description)];

/** @param {Watch} watch @param {Maintenance} maintenance */
export function showWatch(watch, maintenance) {
  const { cycle, sentinel, distrust, warnings, startedMs, intervalMs, endsMs } = watch;
  const verdicts = { pass: 'pass', fail: 'fail', inconclusive: 'unknown' };
  byId('watch').replaceChildren(
    h(
      'dl',
      { class: 'facts' },
      fact(
        'Trust',
        ...(distrust.length === 0
          ? [badge('pass'), ' what it shows may be decided on']
          : [badge('unknown'), ` ${distrust.join('; ')}`]),
      ),
      fact(
        'Last cycle',
        ...(cycle
          ? [
              badge(verdicts[cycle.verdict]),
              ` ${cycle.verdict}, `,
              age(cycle.startedMs + cycle.durationMs),
              ` ago, took ${(cycle.durationMs / 1000).toFixed(1)} s`,
              !watch.isOwnCycle && ', of a watch before this one',
            ]
          : ['none yet']),
      ),
      intervalMs !== undefined &&
        fact(
          'Schedule',
          `a cycle every ${spanText(intervalMs)}`,
          watch.confirmation === 'confirming' && ', now every 30 s to confirm a failure',
        ),
      fact('Sentinel', ...sentinelText(sentinel)),
      fact(
        'Waiting',
        watch.pendingNotifications === 0
          ? 'no notification waits'
          : `${watch.pendingNotifications} notifications wait to be delivered`,
      ),
      startedMs !== undefined &&
        fact(
          'Running',
          'for ',
          age(startedMs),
          ...(endsMs === undefined ? [] : [', ends in ', left(endsMs)]),
        ),
      maintenance.flatMap(({ reason, fromMs, toMs, labels, who, isOpen }) =>
        fact(
          'Maintenance',
          `${isOpen ? 'until' : `from ${whenText(fromMs)} to`} ${whenText(toMs)}: ${reason}`,
          labels.length > 0 && ` (${labels.join(', ')})`,
          who !== undefined && `, declared by ${who}`,
        ),
      ),
    ),
    ...(warnings.length > 0
      ? [
          h('p', { class: 'rests' }, 'Warnings'),
          h('ul', { class: 'warnings' }, ...warnings.map((text) => h('li', {}, text))),
        ]
      : []),
  );
}
