import { type Judgement, judgeErrorRatio, judgeP95, mostOwn } from '../../../alerts/index.ts';
import { type Bound, formatValue, grouped, holds } from '../../../core/index.ts';
import {
  bounded,
  type Found,
  fail,
  limitOf,
  pass,
  recoversInMs,
  type Subject,
  spanOf,
  unknown,
} from '../condition.ts';
import type { TrafficEvidence } from '../signal-evidence.ts';
import { takenAwayText } from './instances.ts';
import { failedAlike, unlessMended } from './known-errors.ts';

const noTraffic = 'is the deployment scraped? read /metrics and the watch’s warnings';

/** The outcomes that count, without the failures that are excused, and how many these are. */
function outcomesOf({ recorded, excused }: Subject) {
  const { passRate: all, checks = [] } = recorded;
  if (!all) return undefined;
  const own = checks.filter(({ id }) => excused.checks.has(id));
  const left = own.reduce((sum, { failed }) => sum + failed, 0);
  const judged = all.judged - left;
  return { judged, ratio: (all.ratio * all.judged) / judged, left };
}

/** The share of outcomes that passed. */
export function passRate(subject: Subject): Found {
  const { recorded, windowMs, table, atMs, nextCycleMs } = subject;
  const seen = outcomesOf(subject);
  const limit = limitOf(table, 'passRate');
  const { pass: green, fail: red, inconclusive } = recorded.cycles;
  const count = green + red + inconclusive;
  if (!seen || !(seen.judged > 0) || count === 0)
    return unknown('no check was judged', { unit: 'ratio', limit, askAgainAtMs: nextCycleMs });
  const waitMs = recoversInMs({
    bad: (1 - seen.ratio) * seen.judged,
    total: seen.judged,
    allowed: 1 - limit.value,
    perMs: seen.judged / count / (recorded.intervalMs ?? windowMs),
    windowMs,
  });
  const left = seen.left > 0 ? `; not counted: ${seen.left} that failed as before` : '';
  return bounded(`${grouped(seen.judged)} outcomes of ${count} cycles${left}`, {
    value: seen.ratio,
    unit: 'ratio',
    limit,
    next: 'vigil alerts names the check that fails and how to run it',
    askAgainAtMs: atMs + waitMs,
  });
}

/** The traffic to judge: that of the live window, or of the whole one where the live one holds too little. */
function enough({ live, stage }: Subject['signals'], least: number): TrafficEvidence {
  // What was seen earlier says nothing of now while now nothing is seen.
  if (live.operations === undefined) return live;
  return live.operations >= least || (stage.operations ?? 0) <= live.operations ? live : stage;
}

interface Traffic {
  seen: TrafficEvidence;
  /** So many operations are enough to judge any value. */
  least: number;
  value: number | undefined;
  unit: 'ratio' | 'seconds';
  limit: Bound;
  hold: string;
  judge(operations: number, value: number): { outcome: Judgement['outcome']; reason?: string };
}

/** Why nothing is known of a latency although there is traffic; `undefined` where the share of Vigil's own explains nothing. */
function ownText({ ownShare = 0 }: TrafficEvidence, unit: Traffic['unit']): string | undefined {
  if (unit !== 'seconds' || ownShare <= mostOwn) return undefined;
  const [share, most] = [ownShare, mostOwn].map((one) => formatValue(one, 'ratio'));
  return `${share} of the requests are Vigil’s own, and no label tells them apart (at most ${most})`;
}

/** A value of live traffic, as it is judged on the operations that were seen. */
function judged({ atMs, nextCycleMs }: Subject, traffic: Traffic): Found {
  const { seen, least, value, unit, limit, hold, judge } = traffic;
  const { operations, windowMs } = seen;
  if (operations === undefined || value === undefined) {
    const bound = { unit, limit };
    const isSeen = operations !== undefined && operations < 1;
    const own = isSeen ? undefined : ownText(seen, unit);
    const detail = isSeen ? `no user traffic in ${spanOf(windowMs)}` : 'no live traffic was seen';
    const next = own === undefined ? noTraffic : 'name their label in traffic.own, or sample less often';
    return unknown(own ?? detail, { ...bound, next, askAgainAtMs: nextCycleMs });
  }
  const measured = { value, unit, limit };
  const detail = `${grouped(Math.round(operations))} operations in ${spanOf(windowMs)}`;
  const { outcome, reason } = judge(operations, value);
  if (outcome === 'met') return pass(detail, measured);
  if (outcome === 'breached') return fail(detail, { ...measured, next: hold, askAgainAtMs: atMs + windowMs });
  // Until so many have been seen, at the rate of this window.
  const waitMs = Math.max(0, (least - operations) * (windowMs / operations));
  return unknown(reason === undefined ? detail : `${detail}: ${reason}`, {
    ...measured,
    next: 'wait for more traffic, or send some',
    askAgainAtMs: operations > 0 ? atMs + waitMs : undefined,
  });
}

/** That the release before had as many errors as this one, where it is so. */
function alikeBefore({ signals }: Subject, limit: Bound): string | undefined {
  const { rejected = [], service } = signals;
  const own = rejected.find((one) => service === undefined || one.service === service);
  return own && failedAlike(own, limit);
}

/** So many operations are enough to judge any error ratio by. */
export const leastOperations = (configured: number | undefined, limit: Bound): number =>
  configured ?? Math.max(100, Math.ceil(1 / limit.value));

/** The share of operations that failed. */
export function errorRatio(subject: Subject): Found {
  const limit = limitOf(subject.table, 'errorRatio');
  const least = leastOperations(subject.signals.minimum, limit);
  const seen = enough(subject.signals, least);
  const found = judged(subject, {
    seen,
    least,
    value: seen.errorRatio,
    unit: 'ratio',
    limit,
    hold: 'group errors by category in /metrics, hold the rollout',
    judge(operations, value) {
      // With enough operations the ratio itself is judged: rounded to whole errors it could slip over its limit.
      if (Math.round(operations) >= least) return { outcome: holds(limit, value) ? 'met' : 'breached' };
      const judgement = judgeErrorRatio({ operations, errors: operations * value }, limit, least);
      return judgement.outcome === 'met' ? { outcome: 'unknown' } : judgement;
    },
  });
  const mended = unlessMended(found, subject);
  if (mended.outcome !== 'fail') return mended;
  const alike = alikeBefore(subject, limit);
  if (alike === undefined) return found;
  const next = 'mend what both releases fail by; a rollback does not';
  return { ...found, detail: `${found.detail}; ${alike}`, cause: `error ratio: ${alike}`, next };
}

/** The P95 latency of live operations. */
export function latencyP95(subject: Subject): Found {
  const limit = limitOf(subject.table, 'latencyP95');
  const least = subject.signals.minimum ?? 100;
  const seen = enough(subject.signals, least);
  const { beyondBuckets = false } = seen;
  return judged(subject, {
    seen,
    least,
    value: seen.latencyP95,
    unit: 'seconds',
    limit,
    hold: 'find which operations are slow, hold the rollout',
    judge: (operations, value) => judgeP95({ operations, latencyP95: value, beyondBuckets }, limit, least),
  });
}

/** How often the service that is worst was up. */
export function uptime(subject: Subject): Found {
  const { signals, services, windowMs, table, atMs, nextCycleMs, excused } = subject;
  const limit = limitOf(table, 'uptime');
  const share = limitOf(table, 'scrapeCoverage').value;
  // Two scrapes say little of a service, however few cycles are asked for.
  const least = Math.max(3, limitOf(table, 'gateCycles').value);
  const nothing = { up: Number.NaN, scrapes: 0, due: 0 };
  const seen = services.map((service) => {
    const found = signals.uptime.find((one) => one.service === service) ?? { service, ...nothing };
    const gone = excused.instances.get(service) ?? [];
    const up = gone.reduce((sum, one) => sum - one.up, found.up);
    const scrapes = gone.reduce((sum, one) => sum - one.scrapes, found.scrapes);
    return { ...found, up, scrapes, gone };
  });
  const few = seen
    .filter(({ up, scrapes, due }) => !(up >= 0 && scrapes >= least && scrapes >= share * due))
    .map(({ service, scrapes, due }) => `${scrapes} of ${Math.floor(due)} scrapes of ${service}`);
  if (few.length > 0) {
    return unknown(`too few: ${few.join(', ')}`, {
      unit: 'ratio',
      limit,
      next: noTraffic,
      askAgainAtMs: nextCycleMs,
    });
  }
  const worst = seen.reduce((a, b) => (b.up / b.scrapes < a.up / a.scrapes ? b : a));
  const { service, up, scrapes } = worst;
  const waitMs = recoversInMs({
    bad: scrapes - up,
    total: scrapes,
    windowMs,
    allowed: 1 - limit.value,
    perMs: scrapes / windowMs,
  });
  const without = takenAwayText(seen.flatMap(({ gone }) => gone));
  const shown = `${service} was up in ${grouped(up)} of ${grouped(scrapes)} scrapes`;
  return bounded([shown, without].filter(Boolean).join('; '), {
    value: up / scrapes,
    unit: 'ratio',
    limit,
    next: 'find out why it was down, hold the rollout',
    askAgainAtMs: atMs + waitMs,
  });
}
