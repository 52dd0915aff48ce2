import { judgeErrorRatio, judgeP95 } from '../../../alerts/index.ts';
import { type Bound, grouped, holds, type ThresholdTable } from '../../../core/index.ts';
import { bounded, type Condition, spanText, stated } from '../condition.ts';
import type { GateEvidence, TrafficEvidence } from '../evidence.ts';
import { limitOf } from '../limits.ts';
import { recoversInMs } from '../recovery.ts';

const passRate = ['passRate', 'pass rate'] as const;
const errorRatio = ['errorRatio', 'error ratio'] as const;
const latency = ['latencyP95', 'P95 latency'] as const;
const uptime = ['uptime', 'uptime'] as const;

const noTraffic = 'is the deployment scraped? read /metrics and the watch’s warnings';

/** What is not there yet may be there after the next cycle. */
const nextCycle = ({ recorded, atMs }: Pick<GateEvidence, 'recorded' | 'atMs'>) =>
  recorded.intervalMs === undefined ? {} : { askAgainAtMs: atMs + recorded.intervalMs };

function passRateCondition({ recorded, window, atMs }: GateEvidence, table: ThresholdTable): Condition {
  const seen = recorded.passRate;
  const limit = limitOf(table, 'passRate');
  const { pass, fail, inconclusive } = recorded.cycles;
  const count = pass + fail + inconclusive;
  const windowMs = window.toMs - window.fromMs;
  if (!seen || !(seen.judged > 0) || count === 0) {
    return stated(passRate, 'unknown', 'no check was judged', {
      unit: 'ratio',
      limit,
      ...nextCycle({ recorded, atMs }),
    });
  }
  const waitMs = recoversInMs({
    bad: (1 - seen.ratio) * seen.judged,
    total: seen.judged,
    allowed: 1 - limit.value,
    perMs: seen.judged / count / (recorded.intervalMs ?? windowMs),
    windowMs,
  });
  return bounded(
    passRate,
    { value: seen.ratio, unit: 'ratio', limit },
    `${grouped(seen.judged)} outcomes of ${count} cycles`,
    { next: 'read the failing checks: vigil monitor shows them', askAgainAtMs: atMs + waitMs },
  );
}

/** The traffic to judge: that of the live window, or of the whole one where the live one holds too little. */
function enough(evidence: GateEvidence, least: number): TrafficEvidence {
  const { live, stage } = evidence.signals;
  // What was seen earlier says nothing of now while now nothing is seen.
  if (live.operations === undefined) return live;
  return live.operations >= least || (stage.operations ?? 0) <= live.operations ? live : stage;
}

/** The time until so many operations have been seen, at the rate of this window. */
function untilEnoughMs({ operations = 0, windowMs }: TrafficEvidence, least: number): number | undefined {
  return operations > 0 ? Math.max(0, (least - operations) * (windowMs / operations)) : undefined;
}

const traffic = ({ operations = 0, windowMs }: TrafficEvidence): string =>
  `${grouped(Math.round(operations))} operations in ${spanText(windowMs)}`;

function unknownTraffic(
  name: readonly [string, string],
  unit: 'ratio' | 'seconds',
  limit: Bound,
  evidence: GateEvidence,
): Condition {
  return stated(name, 'unknown', 'no live traffic was seen', {
    unit,
    limit,
    next: noTraffic,
    ...nextCycle(evidence),
  });
}

function errorCondition(evidence: GateEvidence, table: ThresholdTable): Condition {
  const limit = limitOf(table, 'errorRatio');
  const least = Math.max(100, Math.ceil(1 / limit.value));
  const seen = enough(evidence, least);
  const { operations, errorRatio: value, windowMs } = seen;
  if (operations === undefined || value === undefined)
    return unknownTraffic(errorRatio, 'ratio', limit, evidence);
  const shown = { value, unit: 'ratio', limit } as const;
  // With enough operations the ratio itself is judged: rounded to whole errors it could slip over its limit.
  if (operations >= least && holds(limit, value)) return stated(errorRatio, 'pass', traffic(seen), shown);
  const judged = judgeErrorRatio({ operations, errors: operations * value }, limit);
  if (operations < least && judged.outcome !== 'breached') {
    const waitMs = untilEnoughMs(seen, least);
    const reason = judged.outcome === 'unknown' ? `: ${judged.reason}` : '';
    return stated(errorRatio, 'unknown', `${traffic(seen)}${reason}`, {
      ...shown,
      next: 'wait for more traffic, or send some',
      ...(waitMs !== undefined && { askAgainAtMs: evidence.atMs + waitMs }),
    });
  }
  return stated(errorRatio, 'fail', traffic(seen), {
    ...shown,
    next: 'group errors by category in /metrics, hold the rollout',
    askAgainAtMs: evidence.atMs + windowMs,
  });
}

function latencyCondition(evidence: GateEvidence, table: ThresholdTable): Condition {
  const limit = limitOf(table, 'latencyP95');
  const least = 100;
  const seen = enough(evidence, least);
  const { operations, latencyP95, beyondBuckets, windowMs } = seen;
  if (operations === undefined || latencyP95 === undefined)
    return unknownTraffic(latency, 'seconds', limit, evidence);
  const judged = judgeP95({ operations, latencyP95, ...(beyondBuckets && { beyondBuckets }) }, limit);
  const shown = { value: latencyP95, unit: 'seconds', limit } as const;
  if (judged.outcome === 'met') return stated(latency, 'pass', traffic(seen), shown);
  if (judged.outcome === 'breached') {
    return stated(latency, 'fail', traffic(seen), {
      ...shown,
      next: 'compare the HTDAG, HALO and AOP means, hold the rollout',
      askAgainAtMs: evidence.atMs + windowMs,
    });
  }
  const waitMs = untilEnoughMs(seen, least);
  return stated(latency, 'unknown', `${traffic(seen)}: ${judged.reason}`, {
    ...shown,
    next: 'wait for more traffic, or send some',
    ...(waitMs !== undefined && { askAgainAtMs: evidence.atMs + waitMs }),
  });
}

function uptimeCondition(
  { signals, window, recorded, atMs }: GateEvidence,
  table: ThresholdTable,
  services: readonly string[],
): Condition {
  const limit = limitOf(table, 'uptime');
  const of = (name: string) => signals.uptime.find(({ service }) => service === name);
  const share = limitOf(table, 'scrapeCoverage').value;
  const least = limitOf(table, 'gateCycles').value;
  const thin = services.filter((name) => {
    const { up = Number.NaN, scrapes = 0, due = Number.NaN } = of(name) ?? {};
    return !(up >= 0 && scrapes >= least && scrapes >= share * due);
  });
  if (thin.length > 0 || services.length === 0) {
    const few = thin.map(
      (name) => `${of(name)?.scrapes ?? 0} of ${Math.floor(of(name)?.due ?? 0)} scrapes of ${name}`,
    );
    return stated(
      uptime,
      'unknown',
      few.length > 0 ? `too few: ${few.join(', ')}` : 'no service is watched',
      {
        unit: 'ratio',
        limit,
        next: noTraffic,
        ...nextCycle({ recorded, atMs }),
      },
    );
  }
  const judged = signals.uptime.filter(({ service }) => services.includes(service));
  const worst = judged.reduce((a, b) => (b.up / b.scrapes < a.up / a.scrapes ? b : a));
  const windowMs = window.toMs - window.fromMs;
  const waitMs = recoversInMs({
    bad: worst.scrapes - worst.up,
    total: worst.scrapes,
    windowMs,
    allowed: 1 - limit.value,
    perMs: worst.scrapes / windowMs,
  });
  return bounded(
    uptime,
    { value: worst.up / worst.scrapes, unit: 'ratio', limit },
    `${worst.service} answered ${grouped(worst.up)} of ${grouped(worst.scrapes)} scrapes`,
    { next: 'find out why it did not answer, hold the rollout', askAgainAtMs: atMs + waitMs },
  );
}

/** The four objectives of the service. */
export function signalConditions(
  evidence: GateEvidence,
  table: ThresholdTable,
  services: readonly string[],
): Condition[] {
  return [
    passRateCondition(evidence, table),
    errorCondition(evidence, table),
    latencyCondition(evidence, table),
    uptimeCondition(evidence, table, services),
  ];
}
