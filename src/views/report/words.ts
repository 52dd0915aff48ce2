import { formatValue, wholeSeconds } from '../../core/index.ts';
import type { AlertEpisode } from './alert-episodes.ts';
import { breachText } from './breaches.ts';
import type { Objective } from './objectives.ts';
import type { InProduction } from './window.ts';

/** `2026-01-05 06:03:15`, in UTC. */
export const timeText = (timeMs: number): string =>
  new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');

/** A length of time to the second: `34m`, `1h 2m`. */
export const lengthText = (ms: number): string => wholeSeconds(ms);

/** `48-hour report`, for whole hours; `90m report` otherwise. */
export function reportTitle(name: string, lengthMs: number): string {
  const hours = lengthMs / 3_600_000;
  return `${name}: ${Number.isInteger(hours) ? `${hours}-hour` : lengthText(lengthMs)} report`;
}

/** A share of the error budget: `87.5 %`, `overspent 3.2×`, or a dash where there is no budget. */
export function budgetText({ budgetLeft }: Pick<Objective, 'budgetLeft'>): string {
  if (budgetLeft === null) return '–';
  if (budgetLeft >= 0) return formatValue(budgetLeft, 'ratio');
  return `overspent: ${Number((1 - budgetLeft).toPrecision(3))}× the budget`;
}

/** States as a word with a sign, so that neither colour nor the sign alone carries it. */
const stateText: Record<Objective['state'], string> = {
  met: '✓ met',
  missed: '✗ missed',
  unknown: '? unknown',
};

const stateTone = { met: 'good', missed: 'bad', unknown: 'warn' } as const;

/** The state of an objective with its breaches: an average that is met hides an hour in which it was not. */
export function objectiveState({ state, breaches }: Pick<Objective, 'state' | 'breaches'>) {
  const breached = breachText(breaches);
  const average = state === 'met' && breached !== '' ? '! met on average' : stateText[state];
  return {
    text: breached === '' ? average : `${average}, ${breached}`,
    tone: state === 'met' && breached !== '' ? ('warn' as const) : stateTone[state],
  };
}

export const verdictTone = { pass: 'good', fail: 'bad', inconclusive: 'warn' } as const;

export const verdictSign = { pass: '✓', fail: '✗', inconclusive: '?' } as const;

/** The alert's name with what tells its instances apart. */
export function alertTitle({ alert, labels }: Pick<AlertEpisode, 'alert' | 'labels'>): string {
  const instance = labels.check ?? labels.trigger;
  return instance === undefined ? alert : `${alert} ${instance}`;
}

/** A check by its id and title; many have only one. */
export const checkTitle = ({ check, title }: { check: string; title: string }): string =>
  title === check ? check : `${check} ${title}`;

/** What the report says of a release and when it was deployed. */
export const releaseText = ({ release, sinceMs }: InProduction, toMs: number): string =>
  `Release ${release}, deployed ${timeText(sinceMs)} (${lengthText(Math.max(0, toMs - sinceMs))} before the end).`;

/** What the first picture shows. */
export const glanceCaption =
  'The watch at a glance. Green: watched; a hole is a gap. Bars: alerts, tall critical, lower warning, flat info; hollow while pending. Lines: D deployment, G gate, O override, R rollback.';
