import type { AlertEvent, ChangeEvent } from '../../../alerts/index.ts';
import { labelFingerprint } from '../../../core/index.ts';
import type { TypePlan } from '../plan.ts';
import type { RollbackRun } from './run.ts';

/** The change that a rollback is, at its begin and at its end; it informs and pages nobody. */
export function changeOf(
  run: RollbackRun,
  planned: TypePlan,
  step: 'begin' | 'end',
  atMs: number,
): ChangeEvent {
  const what = `${run.type} rollback to ${planned.to}`;
  return {
    kind: 'change',
    change: 'rollback',
    id: `${run.id}:${step}`,
    at: new Date(atMs).toISOString(),
    summary:
      step === 'begin' ? `${what} begins: ${run.reason}` : `${what} ${run.status}: ${run.detail ?? ''}`,
    details: {
      type: run.type,
      from: planned.from,
      to: planned.to,
      reason: run.reason,
      'asked by': run.who,
      ...(run.trigger && { trigger: run.trigger.name }),
      ...(step === 'end' && { status: run.status }),
      ...(run.incident && { evidence: run.incident }),
    },
  };
}

/** What the loop would have done where `rollback.automatic` is `shadow`. */
export function shadowChange(
  { atMs, release, trigger, reason }: { atMs: number; release: string; trigger: string; reason: string },
  episode: string,
): ChangeEvent {
  return {
    kind: 'change',
    change: 'rollback',
    id: `shadow:${episode}`,
    at: new Date(atMs).toISOString(),
    summary: `would have rolled back ${release}: ${reason}; nothing was done, because rollback.automatic is 'shadow'`,
    details: { release, trigger, reason },
  };
}

interface Page {
  priority: 'P0' | 'P1';
  /** Of what kind of rollback, where one page is not for all kinds. */
  type?: string;
  /** In which part of a rollback, where that has a page of its own. */
  stage?: string;
  summary: string;
  next: string;
  evidence?: string | undefined;
  startsAtMs: number;
  /** Resolves it. */
  endsAtMs: number | undefined;
}

function pageOf(
  alertname: 'RollbackStarted' | 'RollbackFailed' | 'RollbackHeld' | 'RollbackInterrupted',
  { priority, type, stage, summary, next, evidence, startsAtMs, endsAtMs }: Page,
): AlertEvent {
  const labels = {
    ...(type && { type }),
    ...(stage && { stage }),
    alertname,
    severity: 'critical',
    priority,
  };
  return {
    kind: 'alert',
    alertname,
    state: endsAtMs === undefined ? 'firing' : 'resolved',
    severity: 'critical',
    priority,
    labels,
    annotations: {
      summary,
      next,
      runbook: `docs/rollback-procedures.md#${alertname.toLowerCase()}`,
      ...(evidence && { description: `Evidence: ${evidence}` }),
    },
    startsAt: new Date(startsAtMs).toISOString(),
    ...(endsAtMs !== undefined && { endsAt: new Date(endsAtMs).toISOString() }),
    groupKey: 'rollback',
    fingerprint: labelFingerprint(labels),
  };
}

/** Pages that a rollback is under way; resolved when it has ended, however. */
export function startedPage(run: RollbackRun, { to }: TypePlan, endsAtMs?: number): AlertEvent {
  const how = endsAtMs === undefined ? 'is under way' : run.status;
  return pageOf('RollbackStarted', {
    priority: 'P1',
    type: run.type,
    summary: `A ${run.type} rollback to ${to} ${how}: ${run.reason}`,
    next: 'watch it; vigil rollback --abort ends it',
    startsAtMs: run.startedMs,
    endsAtMs,
  });
}

/** Pages that a rollback did not bring the service back; resolved when one does, or when a person has taken over. */
export function failedPage(
  startsAtMs: number,
  { type, detail = 'it ended early', incident }: Pick<RollbackRun, 'type' | 'detail' | 'incident'>,
  endsAtMs?: number,
): AlertEvent {
  const summary = `The ${type} rollback did not help: ${detail}`;
  return pageOf('RollbackFailed', {
    priority: 'P0',
    summary: endsAtMs === undefined ? summary : 'It is taken care of',
    next: 'a person takes over: read the incident report, then vigil rollback --settle',
    evidence: incident,
    startsAtMs,
    endsAtMs,
  });
}

/** Pages that a rollback of the loop could not begin; resolved when one has begun, or nothing calls for it any more. */
export function notBegunPage(
  { type, reason, sinceMs }: { type: string; reason: string; sinceMs: number },
  endsAtMs?: number,
): AlertEvent {
  const summary = `The automatic ${type} rollback could not begin: ${reason}`;
  return pageOf('RollbackFailed', {
    priority: 'P0',
    stage: 'begin',
    summary: endsAtMs === undefined ? summary : 'A rollback has begun, or is no longer called for',
    next: 'roll back by hand: with your own tools, or by vigil rollback --execute once that is mended; the loop tries again every minute',
    startsAtMs: sinceMs,
    endsAtMs,
  });
}

/** Pages that a rollback waits for the ledger with a stage that has ended; resolved when it goes on, here or elsewhere. */
export function heldPage(run: RollbackRun, why: string, endsAtMs?: number): AlertEvent {
  const summary = `The ${run.type} rollback holds, and the service may be half-way: ${why}`;
  return pageOf('RollbackHeld', {
    priority: 'P0',
    type: run.type,
    summary: endsAtMs === undefined ? summary : 'The ledger answers again',
    next: 'bring PostgreSQL back; or see that no other Vigil rolls back, end this process, then vigil rollback --resume or --abort with --without-ledger --reason TEXT',
    evidence: run.incident,
    startsAtMs: run.startedMs,
    endsAtMs,
  });
}

/** Pages that a rollback's process died in the middle; resolved when somebody went on with it. */
export function interruptedPage(run: RollbackRun, endsAtMs?: number): AlertEvent {
  return pageOf('RollbackInterrupted', {
    priority: 'P0',
    type: run.type,
    summary: `The process of the ${run.type} rollback is dead, and the rollback is not over`,
    next: 'vigil rollback --resume continues where it left off, --abort undoes it',
    startsAtMs: run.startedMs,
    endsAtMs,
  });
}
