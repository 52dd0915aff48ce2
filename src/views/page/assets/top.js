import { byId, h, setText } from './dom.js';
import { badge } from './marks.js';

/** @typedef {import('../headline/headline.ts').Headline} Headline */
/** @typedef {import('../view/stats.ts').StatView} StatView */

/** A figure stays with its unit when the line breaks. @param {string} text */
const tight = (text) => text.replaceAll(/(\d) (?=(?:%|ms|s|min|h)(?!\w))/g, '$1\u00a0');

/** @param {Headline} headline @param {string} name */
export function showHeadline(headline, name) {
  const { level, lead, because, next, runbook, due, also } = headline;
  byId('headline').dataset.level = level;
  setText(byId('lead'), tight(lead));
  setText(byId('because'), tight(because));
  setText(byId('next'), tight(next ?? ''));
  byId('runbook').setAttribute('href', `/${runbook ?? ''}`);
  setText(byId('due'), tight(due ?? ''));
  setText(byId('also'), tight(also.join(' · ')));
  document.title = `${lead} · ${name} · Vigil`;
}

const names = { slo: 'SLO', warning: 'warning', critical: 'critical', rollback: 'rollback' };

/** @param {StatView} stat */
function card(stat) {
  return h(
    'article',
    { class: 'stat', 'data-outcome': stat.standing },
    h('h2', {}, stat.title),
    h('p', { class: 'stat-value' }, h('span', { class: 'num' }, stat.text), badge(stat.standing, true)),
    h(
      'ul',
      { class: 'limits' },
      stat.limits.map(({ level, text, isBroken }) =>
        h(
          'li',
          { 'data-broken': isBroken },
          `${names[/** @type {keyof typeof names} */ (level)]} `,
          h('span', { class: 'num' }, text),
          isBroken && h('span', { class: 'broken' }, level === 'slo' ? ' missed' : ' crossed'),
        ),
      ),
    ),
    h('p', { class: 'rests' }, stat.rests),
  );
}

/** @param {Map<string, any>} content */
export function showStats(content) {
  const stats = ['passRate', 'errorRatio', 'latencyP95', 'health'].flatMap((name) => {
    const stat = content.get(`stat/${name}`);
    return stat ? [card(stat)] : [];
  });
  byId('stats').replaceChildren(...stats);
}
