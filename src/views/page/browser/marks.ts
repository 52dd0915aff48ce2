import { html } from 'lit-html';
import { nowMs, spanText } from './time.ts';

/** How an outcome is shown: a sign and a word, so that its colour only repeats what is said. */
const outcomes = {
  pass: { sign: '✓', word: 'pass' },
  fail: { sign: '✕', word: 'fail' },
  unknown: { sign: '?', word: 'unknown' },
  skipped: { sign: '–', word: 'not declared' },
  'not configured': { sign: '–', word: 'not configured' },
  none: { sign: '·', word: 'no cycle yet' },
  warn: { sign: '!', word: 'warning' },
};

/** `said`: what it is called here, where not as usual. */
export function badge(outcome: string, withWord = false, said?: string) {
  const { sign, word } = outcomes[outcome as keyof typeof outcomes] ?? outcomes.none;
  return html`<span class="badge inline small" data-outcome=${outcome}>
    <span class="sign-box" aria-hidden="true">${sign}</span>
    <span class=${withWord ? '' : 'hidden'}>${said ?? word}</span>
  </span>`;
}

/** How long ago it was; the page is rendered every second. */
export const age = (sinceMs: number) => html`<span class="num">${spanText(nowMs() - sinceMs)}</span>`;

/** How long it still takes. */
export const left = (untilMs: number) => html`<span class="num">${spanText(untilMs - nowMs())}</span>`;

/** How much of a limit or a time is used: 1 is all of it, more is drawn as too much. */
export const meter = (used: number) =>
  html`<meter aria-hidden="true" max="1.33" low="1" high="1" optimum="0" value=${used}></meter>`;

/** How much of something is done. */
export const progress = (done: number) =>
  html`<meter aria-hidden="true" max="1" value=${Math.min(1, Math.max(0, done))}></meter>`;

/** A table that scrolls sideways by itself. */
export const table = (label: string, rows: unknown, head: string[] = []) => html`
  <div class="scroll" tabindex="0" role="region" aria-label=${label}>
    <table>
      <thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
