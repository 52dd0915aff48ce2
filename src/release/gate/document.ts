import { isoExact as iso } from './condition.ts';
import type { GateDecision } from './decide.ts';
import type { DecisionDocument } from './decision-schema.ts';
import type { GateEvidence } from './evidence.ts';

/** Whose evidence it was: the name, the releases that were said, and by what the newest cycle was judged. */
function identityInShort({ identity }: GateEvidence['recorded']) {
  if (!identity) return null;
  const { release, judgedBy } = identity;
  const change = release?.anew;
  return {
    name: identity.name ?? null,
    releases: release?.seen ?? [],
    criteria: judgedBy.at(-1)?.hash ?? null,
    unrecordedChange: change ? { at: iso(change.atMs), from: change.was, to: change.now } : null,
  };
}

/** The evidence in short, as it is kept with a decision: enough to see what it rested on when the samples are gone. */
function evidenceInShort({ source, window, recorded, signals }: GateEvidence) {
  const { cycles, coverage, newest, sentinel, taken } = recorded;
  return {
    source,
    window: { from: iso(window.fromMs), to: iso(window.toMs) },
    target: recorded.targetId ?? null,
    identity: identityInShort(recorded),
    deployedAt: recorded.deployment ? iso(recorded.deployment.timeMs) : null,
    stages: taken.map(({ percent, takenMs, isOverride }) => ({
      percent,
      at: iso(takenMs),
      override: isOverride,
    })),
    cycles,
    coverage: {
      due: coverage.due,
      observed: coverage.observed,
      largestGapSeconds: coverage.largestGapMs / 1000,
    },
    newestCycle: newest ? newest.id : null,
    quarantined: newest?.quarantined ?? [],
    operations: Math.round(signals.stage.operations ?? 0),
    sentinel: sentinel?.state ?? null,
  };
}

/** The decision for machines: `vigil gate --json`, `GET /api/gate`, and what the history keeps. Figures in base units. */
export function decisionDocument(decision: GateDecision, evidence: GateEvidence): DecisionDocument {
  const { id, atMs, from, to, verdict, conditions, next, askAgainAtMs, proves, askedBy, via, override } =
    decision;
  return {
    version: 1,
    id,
    at: iso(atMs),
    from,
    to,
    release: evidence.recorded.deployment?.release ?? null,
    verdict,
    letThrough: verdict === 'pass' || override !== undefined,
    override: override ?? null,
    conditions: conditions.map((condition) => ({
      id: condition.id,
      title: condition.title,
      outcome: condition.outcome,
      value: condition.value ?? null,
      unit: condition.unit ?? null,
      limit: condition.limit ?? null,
      detail: condition.detail,
      next: condition.next ?? null,
      askAgainAt: condition.askAgainAtMs === undefined ? null : iso(condition.askAgainAtMs),
    })),
    next,
    askAgainAt: askAgainAtMs === undefined ? null : iso(askAgainAtMs),
    proves,
    askedBy,
    via,
    evidence: evidenceInShort(evidence),
  };
}
