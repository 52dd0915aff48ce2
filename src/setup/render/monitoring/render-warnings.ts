import { headersLeftOut } from './prometheus-config.ts';
import type { MonitoringSettings } from './settings.ts';
import { tooFewScrapes } from './short-windows.ts';

/** What of a configuration the rendered files can't do, each in a sentence. */
export function renderWarnings(settings: MonitoringSettings): string[] {
  const scrapes = tooFewScrapes(settings);
  return [...(scrapes === undefined ? [] : [scrapes]), ...headersLeftOut(settings)];
}
