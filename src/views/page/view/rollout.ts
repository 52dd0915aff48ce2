import { isBack, shownValues } from '../../../release/index.ts';
import { mixedReleasesText } from '../../../suite/index.ts';
import type { Facts } from '../facts.ts';
import { clockText } from '../words.ts';

const weights = { fail: 0, unknown: 1, advisory: 2, pass: 3, 'not configured': 4 } as const;

/** Why users do not get the release as its stage says: it was rolled back, is missing, or runs on some instances alone. */
function strayText({ rollout, status }: Facts): string | null {
  if (!rollout) return null;
  const { rollback, missing, percent } = rollout;
  if (isBack(rollback))
    return `it was rolled back at ${clockText(rollback.endedMs ?? rollback.startedMs)} (${rollback.kind})`;
  if (missing) return missing.cause ?? missing.detail;
  const mixed = percent < 100 ? '' : mixedReleasesText(status.mixedReleases ?? []);
  return mixed === '' ? null : `mixed releases, ${mixed}`;
}

/** The plan with its soak times, what the gate would say now, and its decisions; `null` when no rollout is recorded. */
export function rolloutView(facts: Facts) {
  const { rollout } = facts;
  if (!rollout) return null;
  const { gate, decisions } = rollout;
  return {
    ...rollout,
    stray: strayText(facts),
    // Without its id and its time, which differ whenever it is asked.
    gate: gate && {
      to: gate.to,
      verdict: gate.verdict,
      next: gate.next,
      proves: gate.proves,
      askAgainAtMs: gate.askAgainAtMs,
      // What is open comes first: that is what keeps it shut.
      conditions: gate.conditions
        .toSorted((a, b) => weights[a.outcome] - weights[b.outcome])
        .map((condition) => ({ ...condition, ...shownValues(condition) })),
    },
    decisions: decisions.slice(0, 8).map(({ body, ...decision }) => decision),
  };
}

/** What charts mark: deployments, decisions of the gate, rollbacks. */
export function markViews({ deployments, rollout, rollbacks }: Facts) {
  return [
    ...deployments.map(({ timeMs }) => ({ atMs: timeMs, sign: 'D' })),
    ...(rollout?.decisions ?? []).map(({ timeMs }) => ({ atMs: timeMs, sign: 'G' })),
    ...rollbacks.map(({ startedMs }) => ({ atMs: startedMs, sign: 'R' })),
  ];
}
