import { type Judgement, judgeErrorRatio, judgeP95 } from '../../../alerts/index.ts';
import { type Bound, grouped, holds, type ThresholdTable } from '../../../core/index.ts';
import { bounded, type GateCondition, later, limitOf, recoversInMs, spanOf, stated } from '../condition.ts';
import type { GateEvidence, TrafficEvidence } from '../evidence.ts';

const passRate = ['passRate', 'pass rate'] as const;
const errorRatio = ['errorRatio', 'error ratio'] as const;
const latency = ['latencyP95', 'P95 latency'] as const;
const uptime = ['uptime', 'uptime'] as const;

const noTraffic = 'is the deployment scraped? read /metrics and the watch’s warnings';

function passRateCondition({ recorded, window, atMs }: GateEvidence, table: ThresholdTable): GateCondition {
  const seen = recorded.passRate;
  const limit = limitOf(table, 'passRate');
  const { pass, fail, inconclusive } = recorded.cycles;
  const count = pass + fail + inconclusive;
  const windowMs = window.toMs - window.fromMs;
  if (!seen || !(seen.judged > 0) || count === 0) {
    const more = { unit: 'ratio', limit, askAgainAtMs: later(atMs, recorded.intervalMs) } as const;
    return stated(passRate, 'unknown', 'no check was judged', more);
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
  `${grouped(Math.round(operations))} operations in ${spanOf(windowMs)}`;

type Figure = { value: number | undefined; unit: 'ratio' | 'seconds'; limit: Bound };

/** A figure of live traffic, as it was judged on the operations that were seen; `least` of them are enough for any. */
function trafficCondition(
  name: readonly [string, string],
  { atMs, recorded }: GateEvidence,
  seen: TrafficEvidence,
  figure: Figure,
  judge: (operations: number, value: number) => { outcome: Judgement['outcome']; reason?: string },
  { least, hold }: { least: number; hold: string },
): GateCondition {
  const { operations, windowMs } = seen;
  const { value, ...bound } = figure;
  if (operations === undefined || value === undefined) {
    const more = { ...bound, next: noTraffic, askAgainAtMs: later(atMs, recorded.intervalMs) };
    return stated(name, 'unknown', 'no live traffic was seen', more);
  }
  const { outcome, reason } = judge(operations, value);
  if (outcome === 'met') return stated(name, 'pass', traffic(seen), figure);
  if (outcome === 'breached')
    return stated(name, 'fail', traffic(seen), { ...figure, next: hold, askAgainAtMs: atMs + windowMs });
  return stated(name, 'unknown', `${traffic(seen)}${reason === undefined ? '' : `: ${reason}`}`, {
    ...figure,
    next: 'wait for more traffic, or send some',
    askAgainAtMs: later(atMs, untilEnoughMs(seen, least)),
  });
}

function errorCondition(evidence: GateEvidence, table: ThresholdTable): GateCondition {
  const limit = limitOf(table, 'errorRatio');
  const least = Math.max(100, Math.ceil(1 / limit.value));
  const seen = enough(evidence, least);
  const judge = (operations: number, value: number) => {
    // With enough operations the ratio itself is judged: rounded to whole errors it could slip over its limit.
    if (operations >= least) return { outcome: holds(limit, value) ? 'met' : 'breached' } as const;
    const judged = judgeErrorRatio({ operations, errors: operations * value }, limit);
    return judged.outcome === 'met' ? ({ outcome: 'unknown' } as const) : judged;
  };
  const figure: Figure = { value: seen.errorRatio, unit: 'ratio', limit };
  const hold = 'group errors by category in /metrics, hold the rollout';
  return trafficCondition(errorRatio, evidence, seen, figure, judge, { least, hold });
}

function latencyCondition(evidence: GateEvidence, table: ThresholdTable): GateCondition {
  const limit = limitOf(table, 'latencyP95');
  const least = 100;
  const seen = enough(evidence, least);
  const { beyondBuckets = false } = seen;
  const judge = (operations: number, latencyP95: number) =>
    judgeP95({ operations, latencyP95, beyondBuckets }, limit);
  const figure: Figure = { value: seen.latencyP95, unit: 'seconds', limit };
  const hold = 'compare the HTDAG, HALO and AOP means, hold the rollout';
  return trafficCondition(latency, evidence, seen, figure, judge, { least, hold });
}

function uptimeCondition(
  { signals, window, recorded, atMs }: GateEvidence,
  table: ThresholdTable,
  services: readonly string[],
): GateCondition {
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
    const detail = few.length > 0 ? `too few: ${few.join(', ')}` : 'no service is watched';
    const askAgainAtMs = later(atMs, recorded.intervalMs);
    return stated(uptime, 'unknown', detail, { unit: 'ratio', limit, next: noTraffic, askAgainAtMs });
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
): GateCondition[] {
  return [
    passRateCondition(evidence, table),
    errorCondition(evidence, table),
    latencyCondition(evidence, table),
    uptimeCondition(evidence, table, services),
  ];
}
