import { byId, setText } from './dom.js';
import { html, render } from './lit-html/lit-html.js';
import { badge } from './marks.js';

/** @typedef {import('../headline/headline.ts').Headline} Headline */
/** @typedef {import('../view/stats.ts').StatView} StatView */

/** A value stays with its unit when the line breaks. @param {string} text */
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

/** @param {StatView['limits'][number]} limit */
const limitItem = ({ level, text, isBroken }) => html`
  <li ?data-broken=${isBroken}>
    ${level === 'slo' ? 'SLO' : level} <span class="num">${text}</span>
    ${isBroken ? (level === 'slo' ? 'missed' : 'crossed') : ''}
  </li>`;

/** @param {StatView} stat */
const card = ({ title, text, standing, limits, rests }) => html`
  <article class="panel stat" data-outcome=${standing}>
    <h2>${title}</h2>
    <p class="row stat-value"><span class="num">${text}</span>${badge(standing, true)}</p>
    <ul class="row limits note">${limits.map(limitItem)}</ul>
    <p class="note">${rests}</p>
  </article>`;

/** @param {Map<string, any>} content */
export function showStats(content) {
  const stats = ['passRate', 'errorRatio', 'latencyP95', 'health'].map((name) => content.get(`stat/${name}`));
  render(stats.filter((stat) => stat).map(card), byId('stats'));
}
