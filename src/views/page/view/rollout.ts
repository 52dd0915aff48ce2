import { formatBound } from '../../../core/index.ts';
import type { GateCondition } from '../../../release/index.ts';
import type { Facts } from '../facts.ts';
import { valueText } from '../words.ts';

const weights = { fail: 0, unknown: 1, pass: 2 } as const;

function conditionView({ id, title, outcome, value, unit, limit, detail }: GateCondition) {
  return {
    id,
    title,
    outcome,
    detail,
    text: valueText(value, unit, limit),
    limit: limit && unit && formatBound(limit, unit),
  };
}

/** The plan with its soak times, and what the gate said; `undefined` when no rollout is recorded. */
export function rolloutView({ rollout }: Facts) {
  if (!rollout) return undefined;
  const { release, deployedMs, stages, percent, sinceMs, next, decisions, gate } = rollout;
  return {
    deployedMs,
    percent,
    sinceMs,
    release,
    stages: stages.map((stage) => ({
      ...stage,
      dueMs: stage.percent === next?.percent ? next.soakEndsMs : deployedMs + stage.afterMs,
      state: stage.takenMs !== undefined ? 'taken' : stage.percent === next?.percent ? 'next' : 'later',
    })),
    next,
    gate: gate && {
      to: gate.to,
      verdict: gate.verdict,
      next: gate.next,
      proves: gate.proves,
      askAgainAtMs: gate.askAgainAtMs,
      // What is open comes first: that is what keeps it shut.
      conditions: gate.conditions
        .toSorted((a, b) => weights[a.outcome] - weights[b.outcome])
        .map(conditionView),
    },
    decisions: decisions
      .slice(0, 8)
      .map(({ id, timeMs: atMs, from, to, verdict, isTaken, askedBy, override }) => {
        return { id, atMs, from, to, verdict, isTaken, askedBy, override };
      }),
  };
}

/** Rollbacks of the last 48 h, the newest first. */
export function rollbackView({ rollbacks }: Facts) {
  return rollbacks.slice(-5).reverse();
}

/** What charts mark: deployments, decisions of the gate, rollbacks. */
export function markViews({ deployments, rollout, rollbacks }: Facts) {
  return [
    ...deployments.map(({ timeMs, release }) => ({ atMs: timeMs, sign: 'D', text: `deployed ${release}` })),
    ...(rollout?.decisions ?? []).map(({ timeMs, to, verdict }) => ({
      atMs: timeMs,
      sign: 'G',
      text: `gate for ${to} %: ${verdict}`,
    })),
    ...rollbacks.map(({ startedMs, type, status }) => ({
      atMs: startedMs,
      sign: 'R',
      text: `rollback (${type}): ${status}`,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
}
