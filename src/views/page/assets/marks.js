import { html } from './lit-html/lit-html.js';
import { nowMs, spanText } from './time.js';

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

/** @param {string} outcome @param {boolean} [withWord] */
export function badge(outcome, withWord = false) {
  const { sign, word } = outcomes[/** @type {keyof typeof outcomes} */ (outcome)] ?? outcomes.none;
  return html`<span class="badge inline small" data-outcome=${outcome}>
    <span class="sign-box" aria-hidden="true">${sign}</span>
    <span class=${withWord ? '' : 'hidden'}>${word}</span>
  </span>`;
}

/** How long ago it was; the page is rendered every second. @param {number} sinceMs */
export const age = (sinceMs) => html`<span class="num">${spanText(nowMs() - sinceMs)}</span>`;

/** How long it still takes. @param {number} untilMs */
export const left = (untilMs) => html`<span class="num">${spanText(untilMs - nowMs())}</span>`;

/** How much of a limit or a time is used: 1 is all of it, more is drawn as too much. @param {number} used */
export const meter = (used) =>
  html`<meter aria-hidden="true" max="1.33" low="1" high="1" optimum="0" value=${used}></meter>`;

/**
 * A table that scrolls sideways by itself.
 * @param {string} label
 * @param {unknown} rows
 * @param {string[]} [head]
 */
export const table = (label, rows, head = []) => html`
  <div class="scroll" tabindex="0" role="region" aria-label=${label}>
    <table>
      <thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </div>`;
