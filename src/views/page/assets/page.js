import { showAlerts } from './alerts.js';
import { redrawCharts, showCharts } from './charts.js';
import { showChecks } from './checks.js';
import { byId, setText } from './dom.js';
import { render } from './lit-html/lit-html.js';
import { openLive } from './live.js';
import { showRollback } from './rollback.js';
import { showRollout } from './rollout.js';
import { stripKey } from './strip.js';
import { clockSeconds, nowMs, spanText } from './time.js';
import { showHeadline, showStats } from './top.js';
import { showCoverage, showWatch } from './watch.js';

const live = openLive((content, series) => {
  const { name, checks } = content.get('meta');
  setText(byId('name'), name);
  showHeadline(content.get('headline'), name);
  showStats(content);
  showChecks(checks.map((/** @type {string} */ id) => content.get(`check/${id}`)));
  showCharts(content, series);
  tick();
  document.documentElement.dataset.ready = 'yes';
});

/** What names an age or a time that is left. */
function showTimes() {
  const { content } = live;
  const watch = content.get('watch');
  if (!watch) return;
  showAlerts(content);
  showRollout(content.get('rollout'));
  showRollback(content.get('rollback'), content.get('shadow'));
  showCoverage(content.get('coverage'), watch.startedMs);
  showWatch(watch, content.get('maintenance'));
}

/** Says how old everything is, and that loudly when it is too old. */
function tick() {
  const { ageMs, heardMs, trouble, isStale } = live.state();
  const stalledSinceMs = live.content.get('watch')?.stalledSinceMs;
  const isEmpty = live.content.size === 0;
  const isBlind = isStale || (trouble !== undefined && !isEmpty);
  const since = clockSeconds(heardMs);
  if (isBlind) {
    const why = trouble ?? 'no update arrives';
    const text = `Stale: ${why}. What is below was true at ${since} UTC; decide nothing on it.`;
    setText(byId('stale-text'), text);
    setText(byId('stale-age'), `${spanText(ageMs)} old`);
  } else if (stalledSinceMs !== undefined) {
    const text = `The watch stands still: nothing was measured since ${clockSeconds(stalledSinceMs)} UTC.`;
    setText(byId('stale-text'), text);
    setText(byId('stale-age'), `${spanText(nowMs() - stalledSinceMs)} ago`);
  }
  const isHidden = !isBlind && stalledSinceMs === undefined;
  byId('stale').hidden = isHidden;
  document.documentElement.dataset.stale = isHidden ? 'no' : 'yes';
  const link = byId('link');
  link.dataset.link = isBlind ? 'stale' : isEmpty ? 'connecting' : 'live';
  setText(link, isBlind ? `✕ stale since ${since}` : isEmpty ? '○ connecting' : '● live');
  setText(byId('clock'), `${clockSeconds(nowMs())} UTC`);
  showTimes();
}

/** The window is kept in the address, so that a link shows what its sender saw. */
function openPicker() {
  const asked = new URLSearchParams(location.search).get('hours');
  const hours = ['1', '6', '24', '48'].includes(asked ?? '') ? asked : '6';
  for (const input of byId('picker').querySelectorAll('input')) {
    input.checked = input.value === hours;
    input.addEventListener('change', () => {
      history.replaceState(null, '', `?hours=${input.value}`);
      live.show(Number(input.value));
    });
  }
  live.show(Number(hours));
}

const themes = ['auto', 'light', 'dark'];

function openTheme() {
  const { dataset } = document.documentElement;
  const show = () => {
    setText(byId('theme-name'), dataset.theme ?? 'auto');
    redrawCharts();
  };
  byId('theme').addEventListener('click', () => {
    const next = themes[(themes.indexOf(dataset.theme ?? 'auto') + 1) % themes.length] ?? 'auto';
    if (next === 'auto') delete dataset.theme;
    else dataset.theme = next;
    try {
      localStorage.setItem('vigil-theme', next);
    } catch {
      // Then it holds until the page is closed.
    }
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  show();
}

render(stripKey(), byId('strip-key'));
openPicker();
openTheme();
setInterval(tick, 1000);
