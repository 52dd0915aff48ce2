import { byId, h, keepKeyed, setText } from './dom.js';
import { age, left } from './marks.js';
import { spanText, whenText } from './time.js';

/** @typedef {import('../open-alerts.ts').OpenAlert & { place: number }} Alert */
/** @typedef {import('../view/resolved.ts').ResolvedView} Resolved */

/** @param {Alert} alert */
function stateOf({ status, acknowledged, mute, isClearing }) {
  if (status === 'pending') return ['pending', '◔'];
  if (acknowledged) return ['acknowledged', '◉'];
  if (mute?.kind === 'maintenance') return ['in maintenance', '◌'];
  if (mute?.kind === 'inhibited') return ['explained', '◌'];
  return isClearing ? ['clearing', '◑'] : ['firing', '●'];
}

/** @param {Alert} alert */
function item(alert) {
  const [state = '', sign = ''] = stateOf(alert);
  const { acknowledged, mute } = alert;
  return h(
    'li',
    { class: 'alert', 'data-state': state, 'data-severity': alert.severity },
    h(
      'p',
      { class: 'alert-state' },
      h('span', { class: 'pill' }, h('span', { 'aria-hidden': 'true' }, `${sign} `), state),
      h('span', { class: 'priority' }, alert.priority),
    ),
    h(
      'div',
      { class: 'alert-text' },
      h('p', { class: 'alert-says' }, alert.says),
      h(
        'p',
        { class: 'alert-line' },
        h('span', { class: 'alert-name' }, alert.subject ? `${alert.name} ${alert.subject}` : alert.name),
        ` since ${whenText(alert.sinceMs)}, `,
        age(alert.sinceMs),
        alert.dueMs !== undefined && [' · fires in ', left(alert.dueMs), ' if it stays'],
        alert.noDataSinceMs !== undefined && ` · no data since ${whenText(alert.noDataSinceMs)}`,
        !alert.isNew && ' · was there before the deployment',
        mute?.kind === 'inhibited' && ` · ${mute.by}`,
        mute?.kind === 'maintenance' && ` · ${mute.by}, nobody is told`,
      ),
      acknowledged &&
        h(
          'p',
          { class: 'alert-line' },
          `taken by ${acknowledged.who} at ${whenText(acknowledged.atMs)}`,
          acknowledged.untilMs !== undefined && ` until ${whenText(acknowledged.untilMs)}`,
          acknowledged.note && `: ${acknowledged.note}`,
        ),
      h(
        'p',
        { class: 'alert-next' },
        h('span', { class: 'tag' }, 'Next'),
        ` ${alert.next} `,
        h(
          'a',
          { href: `/${alert.runbook}` },
          'runbook',
          h('span', { class: 'hidden' }, ` of ${alert.name} ${alert.subject ?? ''}`),
        ),
      ),
    ),
    h(
      'p',
      { class: 'alert-value' },
      alert.value !== undefined && h('b', { class: 'num' }, alert.value),
      alert.limit !== undefined && h('span', { class: 'num' }, `limit ${alert.limit}`),
    ),
  );
}

/** @param {Resolved} resolved */
function row({ name, subject, firedMs, resolvedMs, says }) {
  return h(
    'tr',
    {},
    h('td', { class: 'num' }, whenText(resolvedMs)),
    h('td', { class: 'num' }, firedMs === undefined ? 'unknown' : spanText(resolvedMs - firedMs)),
    h('td', {}, subject ? `${name} ${subject}` : name),
    h('td', { class: 'soft' }, says ?? ''),
  );
}

/** @type {import('./dom.js').Known} */
const known = new Map();
const list = h('ul', { class: 'alerts' });
const quiet = h('p', { class: 'empty' });
const past = h('div', {});

/** @param {Map<string, any>} content */
export function showAlerts(content) {
  const parent = byId('alerts');
  if (!list.isConnected) parent.append(quiet, list, past);
  /** @type {[string, Alert][]} */
  const open = [...content]
    .filter(([key]) => key.startsWith('alert/'))
    .sort(([, a], [, b]) => a.place - b.place);
  keepKeyed(list, known, open, item);
  const firing = open.filter(([, { status }]) => status === 'firing').length;
  setText(byId('alerts-count'), open.length === 0 ? '' : `${firing} firing, ${open.length - firing} pending`);
  quiet.hidden = open.length > 0;
  setText(quiet, 'No alert is pending or firing.');
}

/** @param {readonly Resolved[]} resolved */
export function showResolved(resolved) {
  const isOpen = past.querySelector('details')?.open ?? false;
  if (resolved.length === 0) {
    past.replaceChildren(h('p', { class: 'rests' }, 'None was resolved in the last 48 h.'));
    return;
  }
  past.replaceChildren(
    h(
      'details',
      { class: 'more', open: isOpen },
      h('summary', {}, `${resolved.length === 20 ? 'the last 20' : resolved.length} resolved in 48 h`),
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Resolved alerts' },
        h(
          'table',
          {},
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ...['resolved', 'fired for', 'alert', 'said'].map((text) => h('th', { scope: 'col' }, text)),
            ),
          ),
          h('tbody', {}, ...resolved.map(row)),
        ),
      ),
    ),
  );
}
