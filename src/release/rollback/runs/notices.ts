import type { AlertEvent, ChangeEvent } from '../../../alerts/index.ts';
import { labelFingerprint } from '../../../core/index.ts';
import type { TypePlan } from '../plan.ts';
import { shellText } from './command-text.ts';
import type { RollbackRun, RollbackTrigger } from './run.ts';

const runbook = (heading: string): string => `docs/rollback-procedures.md#${heading}`;

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

interface Page {
  alertname: 'RollbackStarted' | 'RollbackFailed' | 'RollbackInterrupted';
  priority: 'P0' | 'P1';
  labels: Record<string, string>;
  annotations: AlertEvent['annotations'];
  startsAtMs: number;
  endsAtMs?: number;
}

function pageOf({ alertname, priority, labels, annotations, startsAtMs, endsAtMs }: Page): AlertEvent {
  const whole = { ...labels, alertname, severity: 'critical', priority };
  return {
    kind: 'alert',
    alertname,
    state: endsAtMs === undefined ? 'firing' : 'resolved',
    severity: 'critical',
    priority,
    labels: whole,
    annotations,
    startsAt: new Date(startsAtMs).toISOString(),
    ...(endsAtMs !== undefined && { endsAt: new Date(endsAtMs).toISOString() }),
    groupKey: 'rollback',
    fingerprint: labelFingerprint(whole),
  };
}

/** Pages that a rollback is under way; resolved when it has ended, however. */
export function startedPage(run: RollbackRun, planned: TypePlan, endedMs?: number): AlertEvent {
  return pageOf({
    alertname: 'RollbackStarted',
    priority: 'P1',
    labels: { type: run.type },
    annotations: {
      summary: `A ${run.type} rollback to ${planned.to} ${endedMs === undefined ? 'is under way' : run.status}: ${run.reason}`,
      next: 'watch it; vigil rollback --abort ends it',
      runbook: runbook('rollbackstarted'),
    },
    startsAtMs: run.startedMs,
    ...(endedMs !== undefined && { endsAtMs: endedMs }),
  });
}

/** Pages that a rollback did not bring the service back; resolved when one does, or when a person has taken over. */
export function failedPage(
  atMs: number,
  run: Pick<RollbackRun, 'type' | 'detail' | 'incident'>,
  endedMs?: number,
): AlertEvent {
  return pageOf({
    alertname: 'RollbackFailed',
    priority: 'P0',
    labels: {},
    annotations: {
      summary:
        endedMs === undefined
          ? `The ${run.type} rollback did not help: ${run.detail ?? 'it ended early'}`
          : 'It is taken care of',
      next: 'a person takes over: read the incident report, then vigil rollback --settle',
      runbook: runbook('rollbackfailed'),
      ...(run.incident && { description: `Evidence: ${run.incident}` }),
    },
    startsAtMs: atMs,
    ...(endedMs !== undefined && { endsAtMs: endedMs }),
  });
}

/** Pages that a rollback's process died in the middle; resolved when somebody went on with it. */
export function interruptedPage(run: RollbackRun, endedMs?: number): AlertEvent {
  return pageOf({
    alertname: 'RollbackInterrupted',
    priority: 'P0',
    labels: { type: run.type },
    annotations: {
      summary: `The process of the ${run.type} rollback is dead, and the rollback is not over`,
      next: 'vigil rollback --resume goes on where it stood, --abort takes it back',
      runbook: runbook('rollbackinterrupted'),
    },
    startsAtMs: run.startedMs,
    ...(endedMs !== undefined && { endsAtMs: endedMs }),
  });
}

/** The command that rolls back by hand, for a page. */
export function rollbackCommand(type: string, reason: string): string {
  return shellText(['vigil', 'rollback', '--execute', '--type', type, '--reason', reason]);
}

/** Why an automatic rollback runs, in a sentence with its numbers. */
export function reasonOf({ name, limit, sinceMs }: RollbackTrigger, shownValue: string | undefined): string {
  const value = shownValue ? ` at ${shownValue}` : '';
  const past = limit ? `, past ${limit}` : '';
  return `trigger ${name}${value}${past}, since ${new Date(sinceMs).toISOString().replace(/\.\d+Z$/, 'Z')}`;
}
