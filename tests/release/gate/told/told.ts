import { expect, test } from 'vitest';
import { type GateCondition, shownValues } from '../../../../src/release/gate/condition.ts';
import { decide } from '../../../../src/release/gate/decide.ts';
import type { CheckHistory, GateEvidence } from '../../../../src/release/gate/evidence.ts';
import { inOrder } from '../../../support/in-order.ts';
import { askedMs, asking, greenEvidence, minute, setup } from '../green.ts';

export type Change = (evidence: GateEvidence) => void;

/** Some of an object’s parts, or that they are not known. */
export type Parts<T> = { [K in keyof T]?: T[K] | undefined };
type Recorded = GateEvidence['recorded'];
type Traffic = GateEvidence['signals']['live'];

/** What a condition says: how it judged, by which figure and limit and until when; and what it saw, and what to do. */
export interface Told {
  judged: string;
  text: string;
}

/** Says one condition in two texts, such as `fail (1 %; < 0.1 %) @ 5 min` and `2,400 operations in 5m → hold the rollout`. */
function say(condition: GateCondition, atMs: number): Told {
  const { outcome, detail, next, askAgainAtMs } = condition;
  const { value, limit } = shownValues(condition);
  const figures = value || limit ? ` (${value}; ${limit})` : '';
  const again =
    askAgainAtMs === undefined ? '' : ` @ ${Number(((askAgainAtMs - atMs) / minute).toFixed(3))} min`;
  return { judged: `${outcome}${figures}${again}`, text: `${detail} → ${next ?? 'nothing'}` };
}

export function told(change: Change, id: string, to = 50, rules = setup): Told {
  const evidence = greenEvidence();
  change(evidence);
  const found = decide(evidence, rules, { ...asking, to }).conditions.find((one) => one.id === id);
  return found ? say(found, evidence.atMs) : { judged: 'not asked', text: '' };
}

/** Some changed evidence, what a condition must judge of it, and the words of its text in their order. */
type Row = [what: string, change: Change, judged: string, words: string[], to?: number];

/** Tests one condition on evidence that is changed row by row; where it passes, it leaves nothing to do. */
export function tells(id: string, rows: Row[]): void {
  test.for(rows)(`${id}: %s`, ([, change, judged, words, to]) => {
    const said = told(change, id, to);
    expect(said.judged).toBe(judged);
    expect(said.text).toMatch(inOrder(...words));
    if (judged.startsWith('pass')) expect(said.text).toContain('→ nothing');
  });
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
/** A check that passed all the time, but for what is named. */
export const check = (id: string, more: Partial<CheckHistory> = {}): CheckHistory => ({
  id,
  title: id,
  cycles: 9,
  failed: 0,
  judgedMs: askedMs - 45 * minute,
  passingMs: askedMs - 45 * minute,
  ...more,
});
export const over = (...found: CheckHistory[]) => recorded({ checks: found });
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
