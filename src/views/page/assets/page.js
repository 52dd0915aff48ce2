import { showAlerts, showResolved } from './alerts.js';
import { redrawCharts, showOverlays, showPoints } from './charts.js';
import { showChecks } from './checks.js';
import { byId, h, setText } from './dom.js';
import { openLive } from './live.js';
import { showRollback, showRollout } from './rollout.js';
import { stripKey } from './strip.js';
import { clockSeconds, nowMs, refreshAges, spanText } from './time.js';
import { showHeadline, showStats } from './top.js';
import { showCoverage, showWatch } from './watch.js';

const live = openLive({ changed: (keys) => render(keys), points: showPoints });

/** Shows anew what changed. @param {Set<string>} keys */
function render(keys) {
  const { content } = live;
  const touches = (/** @type {string[]} */ ...prefixes) =>
    [...keys].some((key) => prefixes.some((prefix) => key === prefix || key.startsWith(`${prefix}/`)));
  const name = content.get('meta')?.name ?? '';
  if (touches('meta')) setText(byId('name'), name);
  if (touches('headline') && content.has('headline')) showHeadline(content.get('headline'), name);
  if (touches('stat')) showStats(content);
  if (touches('alert', 'meta')) showAlerts(content);
  if (touches('resolved')) showResolved(content.get('resolved') ?? []);
  if (touches('def', 'check', 'strip')) showChecks(content);
  if (touches('limits', 'marks', 'coverage')) showOverlays(content);
  if (touches('rollout')) showRollout(content.get('rollout'));
  if (touches('rollback')) showRollback(content.get('rollback') ?? []);
  if (touches('coverage', 'watch')) showCoverage(content.get('coverage'), content.get('watch')?.startedMs);
  if (touches('watch', 'maintenance')) showWatch(content.get('watch'), content.get('maintenance') ?? []);
  tick();
  document.documentElement.dataset.ready = 'yes';
}

/** Says how old everything is, and that loudly when it is too old. */
function tick() {
  const { ageMs, heardMs, trouble, isStale } = live.state();
  const watch = live.content.get('watch');
  const isBlind = isStale || (trouble !== undefined && live.content.size > 0);
  const banner = byId('stale');
  const since = clockSeconds(heardMs);
  if (isStale || isBlind) {
    const why = trouble ?? 'no update arrives';
    setText(
      byId('stale-text'),
      `Stale: ${why}. What is below was true at ${since} UTC; decide nothing on it.`,
    );
    setText(byId('stale-age'), `${spanText(ageMs)} old`);
  } else if (watch?.stalledSinceMs !== undefined) {
    const { stalledSinceMs } = watch;
    setText(
      byId('stale-text'),
      `The watch stands still: nothing was measured since ${clockSeconds(stalledSinceMs)} UTC.`,
    );
    setText(byId('stale-age'), `${spanText(nowMs() - stalledSinceMs)} ago`);
  }
  banner.hidden = !(isBlind || watch?.stalledSinceMs !== undefined);
  document.documentElement.dataset.stale = banner.hidden ? 'no' : 'yes';
  const link = byId('link');
  link.dataset.link = isBlind ? 'stale' : live.content.size === 0 ? 'connecting' : 'live';
  setText(link, isBlind ? `stale since ${since}` : live.content.size === 0 ? 'connecting' : 'live');
  setText(byId('clock'), `${clockSeconds(nowMs())} UTC`);
  refreshAges();
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
  const show = () => {
    setText(byId('theme-name'), document.documentElement.dataset.theme ?? 'auto');
    redrawCharts();
  };
  byId('theme').addEventListener('click', () => {
    const now = document.documentElement.dataset.theme ?? 'auto';
    const next = themes[(themes.indexOf(now) + 1) % themes.length] ?? 'auto';
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
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

byId('strip-key').append(h('span', {}, '48 h, half an hour each: '), ...stripKey());
byId('marks-key').append('D deployment · G gate · R rollback · hatched: nobody watched');
openPicker();
openTheme();
setInterval(tick, 1000);
