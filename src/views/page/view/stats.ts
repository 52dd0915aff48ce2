import { isMeasured } from '../../../alerts/index.ts';
import { formatBound, holds, type Matcher, type SignalThresholds } from '../../../core/index.ts';
import type { SampleReader } from '../../../history/index.ts';
import { isMeantSkip, skipWords } from '../../../suite/index.ts';
import { type Facts, pageLookBackMs } from '../facts.ts';
import { countText, spanText, valueText } from '../words.ts';

const levels = ['slo', 'warning', 'critical', 'rollback'] as const;

/** The limits, the mildest first. */
function limitsOf(value: number | undefined, row: SignalThresholds) {
  return levels.flatMap((level) => {
    const bound = row[level];
    if (!bound) return [];
    // An objective has to hold, the others must not.
    const isBroken = value !== undefined && holds(bound, value) !== (level === 'slo');
    return [{ level, text: formatBound(bound, row.unit), isBroken }];
  });
}

/** One of the four values at the top, and what it is measured on. */
function stat(value: number | undefined, row: SignalThresholds, rests: string) {
  const known = Number.isNaN(value) ? undefined : value;
  const limits = limitsOf(value, row);
  const broken = limits.filter(({ isBroken }) => isBroken);
  const worst = broken.some(({ level }) => level !== 'warning') ? 'fail' : 'warn';
  return {
    title: row.title,
    text: valueText(known, row.unit, row.slo ?? row.critical ?? row.warning) ?? 'no data',
    /** How it stands to its limits; the worst limit decides. */
    standing: known === undefined ? 'unknown' : broken.length > 0 ? worst : 'pass',
    limits,
    rests,
  };
}

/** How many scrapes of the last 48h there were, and how many of them every service answered. */
export function uptimeOf(
  history: SampleReader,
  services: string,
  nowMs: number,
): { up: number; scrapes: number } {
  const isUp = new Map<number, boolean>();
  const matcher: Matcher = { label: 'job', operator: '=~', value: services };
  for (const { points } of history.series('up', [matcher], nowMs - pageLookBackMs, nowMs)) {
    for (const { timeMs, value, stale } of points) {
      if (!stale) isUp.set(timeMs, (isUp.get(timeMs) ?? true) && value === 1);
    }
  }
  return { up: [...isUp.values()].filter(Boolean).length, scrapes: isUp.size };
}

/** Whether every service answers now, and how often all of them did in 48h. */
function health({ status, source, nowMs }: Facts): StatView {
  const { up, scrapes } = uptimeOf(source.history, source.naming.services, nowMs);
  const { warning, critical, rollback, ...row } = source.table.uptime;
  const overTime = stat(scrapes === 0 ? undefined : up / scrapes, row, 'no scrape in 48h');
  const rests = `${overTime.text} of ${countText(scrapes, 'scrape')} answered in 48h`;
  const shown = { ...overTime, title: 'system health', rests: scrapes === 0 ? overTime.rests : rests };
  const now = status.values.uptime;
  if (now === undefined) return { ...shown, text: 'no data', standing: 'unknown' };
  return now < 1 ? { ...shown, text: 'down', standing: 'fail' } : { ...shown, text: 'up' };
}

export type StatView = ReturnType<typeof stat>;

/** The values by name; those of live traffic where it is measured. */
export function statViews(facts: Facts): Record<string, StatView> {
  const { status, source } = facts;
  // What a watch before this one saw is no green of this one.
  const cycle = facts.isOwnCycle || facts.cycle?.verdict !== 'pass' ? facts.cycle : undefined;
  const { values } = status;
  const of = (outcome: string) => cycle?.outcomes.filter((check) => check.outcome === outcome).length ?? 0;
  const [passed, failed, unknown, skipped] = [of('pass'), of('fail'), of('unknown'), of('skipped')];
  const judged = passed + failed + unknown;
  const counted = [
    `${passed} of ${judged} checks`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...skipWords(skipped, cycle?.outcomes.filter(isMeantSkip).length ?? 0),
  ];
  const rests = cycle ? counted.join(', ') : 'no cycle of this watch yet';
  const live = `live traffic of ${spanText(source.naming.windowMs)}`;
  const ofTraffic = isMeasured('errorRatio', source.naming) && {
    errorRatio: stat(values.errorRatio, source.table.errorRatio, live),
    latencyP95: stat(values.latencyP95, source.table.latencyP95, live),
  };
  return {
    passRate: stat(judged === 0 ? undefined : passed / judged, source.table.passRate, rests),
    ...ofTraffic,
    health: health(facts),
  };
}
