import { redrawCharts } from './charts.ts';
import { byId, setText } from './dom.ts';
import { areTimesLocal, showLocalTimes } from './time.ts';

/** Kept for the next time, where the browser lets us; else until the page is closed. */
function remember(key: string, value: string) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden.
  }
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

const themes = ['auto', 'light', 'dark'];

/** Light, dark, or what the system says. */
export function openTheme() {
  const { dataset } = document.documentElement;
  const show = () => {
    setText(byId('theme-name'), dataset.theme ?? 'auto');
    redrawCharts();
  };
  byId('theme').addEventListener('click', () => {
    const next = themes[(themes.indexOf(dataset.theme ?? 'auto') + 1) % themes.length] ?? 'auto';
    if (next === 'auto') delete dataset.theme;
    else dataset.theme = next;
    remember('vigil-theme', next);
    show();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  show();
}

/** Times as UTC or as this machine shows them. */
export function openTimes(changed: () => void) {
  const show = () => setText(byId('times-name'), areTimesLocal() ? 'local' : 'UTC');
  showLocalTimes(recall('vigil-times') === 'local');
  byId('times').addEventListener('click', () => {
    showLocalTimes(!areTimesLocal());
    remember('vigil-times', areTimesLocal() ? 'local' : 'utc');
    show();
    changed();
    redrawCharts(true);
  });
  show();
}
