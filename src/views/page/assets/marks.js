import { h } from './dom.js';

/** How an outcome is shown: a sign and a word, so that its colour only repeats what is said. */
export const outcomes = {
  pass: { sign: '✓', word: 'pass' },
  fail: { sign: '✕', word: 'fail' },
  unknown: { sign: '?', word: 'unknown' },
  skipped: { sign: '–', word: 'not declared' },
  none: { sign: '·', word: 'no cycle yet' },
  warn: { sign: '!', word: 'warning' },
};

/**
 * @param {string} outcome
 * @param {boolean} [withWord]
 */
export function badge(outcome, withWord = false) {
  const { sign, word } = outcomes[/** @type {keyof typeof outcomes} */ (outcome)] ?? outcomes.none;
  return h(
    'span',
    { class: `badge ${withWord ? 'worded' : ''}`, 'data-outcome': outcome },
    h('span', { class: 'sign-box', 'aria-hidden': 'true' }, sign),
    h('span', withWord ? {} : { class: 'hidden' }, word),
  );
}

/**
 * An age that goes on counting.
 * @param {number} sinceMs
 */
export const age = (sinceMs) => h('span', { 'data-age': sinceMs, class: 'num' });

/**
 * A time that is still to come, counted down.
 * @param {number} untilMs
 */
export const left = (untilMs) => h('span', { 'data-left': untilMs, class: 'num' });
