import { render } from 'lit-html';
import { showAlerts } from './alerts.ts';
import { openChanges } from './changes.ts';
import { showBefore, showCharts } from './charts.ts';
import { followLink, openChecks, showChecks } from './checks.ts';
import { openTheme, openTimes } from './choices.ts';
import { openCompare } from './compare.ts';
import { openCopying } from './copy.ts';
import { byId, setText } from './dom.ts';
import { openLive } from './live.ts';
import { showRollback } from './rollback.ts';
import { showRollout } from './rollout.ts';
import { situationText } from './situation.ts';
import { stripKey } from './strip.ts';
import { clockSeconds, nowMs, spanText, zoneText } from './time.ts';
import { showCommands, showHeadline, showStats } from './top.ts';
import { quietText, showCoverage, showWatch } from './watch.ts';

const compare = openCompare(showBefore);

const live = openLive((content, series) => {
  const { name, checks } = content.get('meta');
  setText(byId('name'), name);
  showHeadline(content.get('headline'), name);
  showCommands(content.get('commands'), content.get('headline').level, situationText(content, nowMs()));
  showStats(content);
  showChecks(checks.map((id: string) => content.get(`check/${id}`)));
  showCharts(content, series);
  const deployed = content.get('marks').filter(({ sign }: { sign: string }) => sign === 'D');
  compare(series.hours, deployed.at(-1)?.atMs ?? 0);
  tick();
  if (document.documentElement.dataset.ready !== 'yes') followLink();
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
  setText(byId('quiet'), quietText(content.get('maintenance')));
}

/** The tab says by itself that nothing on the page is of now. */
function markTab(isStale: boolean) {
  const bare = document.title.replace(/^STALE · /, '');
  const title = isStale ? `STALE · ${bare}` : bare;
  if (document.title !== title) document.title = title;
  const icon = isStale ? 'assets/icon-stale.svg' : 'assets/icon.svg';
  const link = byId('icon');
  if (link.getAttribute('href') !== icon) link.setAttribute('href', icon);
}

/** Says how old everything is, and that loudly when it is too old. */
function tick() {
  const { ageMs, heardMs, trouble, isStale } = live.state();
  const { stalledSinceMs, endedMs } = live.content.get('watch') ?? {};
  const isEmpty = live.content.size === 0;
  const isBlind = isStale || (trouble !== undefined && !isEmpty);
  const since = clockSeconds(heardMs);
  if (isBlind) {
    const why = trouble ?? 'no update arrives';
    const text = `Stale: ${why}. What is below was true at ${since} ${zoneText()}; decide nothing on it.`;
    setText(byId('stale-text'), text);
    setText(byId('stale-age'), `${spanText(ageMs)} old`);
  } else if (stalledSinceMs !== undefined) {
    const what = endedMs === undefined ? 'The loop has stalled' : 'The watch has ended';
    const text = `${what}: nothing was measured since ${clockSeconds(stalledSinceMs)} ${zoneText()}.`;
    setText(byId('stale-text'), text);
    setText(byId('stale-age'), `${spanText(nowMs() - stalledSinceMs)} ago`);
  }
  const isHidden = !isBlind && stalledSinceMs === undefined;
  markTab(!isHidden);
  byId('stale').hidden = isHidden;
  document.documentElement.dataset.stale = isHidden ? 'no' : 'yes';
  const link = byId('link');
  link.dataset.link = isBlind ? 'stale' : isEmpty ? 'connecting' : 'live';
  setText(link, isBlind ? `✕ stale since ${since}` : isEmpty ? '○ connecting' : '● live');
  setText(byId('clock'), `${clockSeconds(nowMs())} ${zoneText()}`);
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

render(stripKey(), byId('strip-key'));
openChecks();
openCopying();
openChanges();
openTimes(live.again);
openPicker();
openTheme();
setInterval(tick, 1000);
