import { type GateCondition, shownValues } from '../../../../src/release/gate/condition.ts';
import { decide } from '../../../../src/release/gate/decide.ts';
import type { GateEvidence } from '../../../../src/release/gate/evidence.ts';
import { askedMs, asking, greenEvidence, minute, setup } from '../green.ts';

export type Change = (evidence: GateEvidence) => void;

/** Some of an object’s parts, or that they are not known. */
export type Parts<T> = { [K in keyof T]?: T[K] | undefined };
type Recorded = GateEvidence['recorded'];
type Traffic = GateEvidence['signals']['live'];

/** A condition in one line: outcome, figure and limit, what was seen, what to do, and in how many minutes to ask again. */
function line(condition: GateCondition, atMs: number): string {
  const { outcome, detail, next, askAgainAtMs } = condition;
  const { value, limit } = shownValues(condition);
  const figures = value || limit ? ` (${value}; ${limit})` : '';
  const again =
    askAgainAtMs === undefined ? '' : ` @ ${Number(((askAgainAtMs - atMs) / minute).toFixed(3))} min`;
  return `${outcome}${figures}: ${detail}${next === undefined ? '' : ` → ${next}`}${again}`;
}

export function told(change: Change, id: string, to = 50, rules = setup): string {
  const evidence = greenEvidence();
  change(evidence);
  const found = decide(evidence, rules, { ...asking, to }).conditions.find((one) => one.id === id);
  return found ? line(found, evidence.atMs) : 'not asked';
}

export const recorded =
  (parts: Parts<Recorded>): Change =>
  (evidence) =>
    Object.assign(evidence.recorded, parts);
export const newest =
  (parts: Parts<NonNullable<Recorded['newest']>>): Change =>
  (evidence) =>
    Object.assign(evidence.recorded.newest ?? {}, parts);
export const traffic =
  (live: Parts<Traffic>, stage: Parts<Traffic> = {}): Change =>
  (evidence) => {
    Object.assign(evidence.signals.live, live);
    Object.assign(evidence.signals.stage, stage);
  };
export const scraped =
  (...uptime: [service: string, up: number, scrapes: number][]): Change =>
  (evidence) => {
    evidence.signals.uptime = uptime.map(([service, up, scrapes]) => ({ service, up, scrapes, due: 180 }));
  };
export const both =
  (...changes: Change[]): Change =>
  (evidence) => {
    for (const change of changes) change(evidence);
  };
export const at =
  (atMs: number): Change =>
  (evidence) => {
    evidence.atMs = atMs;
  };
export const [one, two] = ['genesis-orchestration', 'genesis-planner'] as const;
export const checks = (...ids: string[]) => ids.map((id) => ({ id, title: id, reason: `${id} was slow` }));
export const alert = (rule: string, status: 'pending' | 'firing', more: object = {}) => ({
  rule,
  status,
  severity: 'critical',
  sinceMs: askedMs - 2 * minute,
  ...more,
});
export const alerts = (...open: ReturnType<typeof alert>[]) =>
  recorded({ alerts: { evaluatedMs: askedMs, open } });
export const rolledBack = (...states: ['under way' | 'done' | 'not done' | 'aborted', string][]) =>
  recorded({
    rollbacks: states.map(([status, detail]) => ({
      startedMs: askedMs - minute,
      kind: 'git',
      status,
      detail,
    })),
  });
