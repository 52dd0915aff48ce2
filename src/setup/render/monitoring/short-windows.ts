import { durationLiteral, parseDuration } from '../../../core/index.ts';
import { ruleGroups } from './alert-rules-file.ts';
import type { MonitoringSettings } from './settings.ts';

/** A range that an expression looks back over. */
export interface LookedOver {
  function: string;
  windowMs: number;
}

const quoted = /"(?:[^"\\]|\\.)*"/g;
const ranged = /(\w+)\(\s*[\w:]*\s*(?:\{[^}]*\})?\s*\[\s*(\w+)\s*\]/g;

/** The ranges in an expression of PromQL, without those of subqueries. */
export const rangesIn = (expr: string): LookedOver[] =>
  [...expr.replace(quoted, '""').matchAll(ranged)].map(([, name = '', window = '']) => ({
    function: name,
    windowMs: parseDuration(window) ?? 0,
  }));

/** How many samples a function needs to say something: the growth of one alone is nothing. */
export const neededSamples = (name: string): number => (name.endsWith('_over_time') ? 1 : 2);

/**
 * How many scrapes a window holds at least. Prometheus 3 leaves out the one at its very beginning, which Prometheus 2
 * counts: there a window as long as the scrape interval holds one, and two in Prometheus 2.
 */
export const leastSamples = (windowMs: number, scrapeIntervalMs: number): number =>
  Math.floor(windowMs / scrapeIntervalMs);

/** The windows of the rendered rules that hold too few scrapes, the shortest first. */
function shortWindows(settings: MonitoringSettings): number[] {
  const all = ruleGroups(settings).flatMap(({ rules }) => rules.flatMap(({ expr }) => rangesIn(expr)));
  const short = all.filter(
    ({ function: name, windowMs }) => leastSamples(windowMs, settings.scrapeIntervalMs) < neededSamples(name),
  );
  return [...new Set(short.map(({ windowMs }) => windowMs))].sort((a, b) => a - b);
}

/** What there is to say of windows that are too short for the scrapes; nothing where all are long enough. */
export function tooFewScrapes(settings: MonitoringSettings): string | undefined {
  const short = shortWindows(settings);
  const [shortest] = short;
  if (shortest === undefined) return undefined;
  const every = durationLiteral(settings.scrapeIntervalMs);
  return `rates over ${short.map(durationLiteral).join(', ')} need two scrapes, and one comes every ${every}: they will show nothing; set monitoring.scrapeInterval to ${durationLiteral(Math.floor(shortest / 2))} or less`;
}
