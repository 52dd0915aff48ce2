import { html, render } from 'lit-html';
import type { Headline } from '../headline/headline.ts';
import type { CommandView } from '../view/commands.ts';
import type { StatView } from '../view/stats.ts';
import { commandLine, copyButton } from './copy.ts';
import { byId, setText } from './dom.ts';
import type { Content } from './live.ts';
import { badge } from './marks.ts';
import { inZone } from './time.ts';

/** A text of the server: its times in the chosen zone, and a value stays with its unit when the line breaks. */
const tight = (text: string) =>
  inZone(text)
    .replaceAll(/(\d) (?=(?:%|ms|s|min|h)(?!\w))/g, '$1\u00a0')
    .replaceAll(/([<>≤≥]) (?=\d)/g, '$1\u00a0');

export function showHeadline(headline: Headline, name: string) {
  const { level, lead, because, next, runbook, due, also } = headline;
  byId('headline').dataset.level = level;
  setText(byId('lead'), tight(lead));
  setText(byId('because'), tight(because));
  setText(byId('next'), tight(next ?? ''));
  byId('runbook').setAttribute('href', runbook ?? '');
  setText(byId('due'), tight(due ?? ''));
  setText(byId('also'), tight(also.join(' · ')));
  document.title = `${lead} · ${name} · Vigil`;
}

const commandItem = ({ title, command, note }: CommandView) => html`
  <li>
    <b>${title}</b>
    ${command === undefined ? '' : commandLine(`the command: ${title}`, command)}
    ${note === undefined ? '' : html`<span class="note">${note}</span>`}
  </li>`;

/** Whether they were opened for somebody who has to act. */
let isOpened = false;

/** The commands to be pasted; open as soon as somebody has to act. */
export function showCommands(commands: CommandView[], level: string, situation: string) {
  const isUrgent = level === 'act' || level === 'hold';
  if (isUrgent && !isOpened) byId('commands').setAttribute('open', '');
  isOpened = isUrgent;
  const copy = copyButton('as Markdown', situation, 'Copy the situation');
  render(html`<ul>${commands.map(commandItem)}</ul><p>${copy}</p>`, byId('command-list'));
}

const limitItem = ({ level, text, isBroken }: StatView['limits'][number]) => html`
  <li ?data-broken=${isBroken}>
    ${level === 'slo' ? 'SLO' : level} <span class="num">${text}</span>
    ${isBroken ? (level === 'slo' ? 'missed' : 'crossed') : ''}
  </li>`;

const card = ({ title, text, standing, limits, rests }: StatView) => html`
  <article class="panel stat" data-outcome=${standing}>
    <h2>${title}</h2>
    <p class="row stat-value"><span class="num">${text}</span>${badge(standing, true)}</p>
    <ul class="row limits note">${limits.map(limitItem)}</ul>
    <p class="note">${rests}</p>
  </article>`;

export function showStats(content: Content) {
  const stats = ['passRate', 'errorRatio', 'latencyP95', 'health'].map((name) => content.get(`stat/${name}`));
  render(stats.filter((stat) => stat).map(card), byId('stats'));
}
