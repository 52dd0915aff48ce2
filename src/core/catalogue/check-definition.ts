import type { ThresholdRef } from '../thresholds/thresholds.ts';

/** The five groups, in the order in which they run. */
export const groups = ['health', 'metrics', 'slo', 'monitoring', 'rollback'] as const;
export type Group = (typeof groups)[number];

export type Severity = 'critical' | 'warning' | 'info';
export type Priority = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';

/** A part of the deployment that the configuration declares, or leaves out. */
export const components = [
  'orchestration',
  'planner',
  'host',
  'traces',
  'logs',
  'release',
  'flags',
  'breaker',
  'smoke',
  'prometheus',
  'grafana',
  'alertmanager',
  'containers',
] as const;
export type Component = (typeof components)[number];

/** Of whom a check tells, where that is known. */
export interface CheckSubject {
  /** A service of the configuration. */
  service?: string | undefined;
  /** One of its instances. */
  instance?: string | undefined;
}

/** One row of the catalogue: what a check is, whatever code performs it. */
export interface CheckDefinition extends CheckSubject {
  /** `H01` … `R03`; the first word of the Vitest test's title. */
  id: string;
  /** One of the five groups; another suite has groups of its own. */
  group: string;
  title: string;
  severity: Severity;
  priority: Priority;
  /** What is measured, in words. */
  measures: string;
  /** What stays green although it is wrong, in words. */
  doesNotSee?: string;
  /** The limit it is judged by, when that is one number of the table. */
  threshold?: ThresholdRef;
  /** Components without which the check has no subject; one that is not declared makes a declared skip. */
  needs: readonly Component[];
  /** Components it looks at while there is no evidence yet; without them the first cycle has nothing to judge. */
  needsAtFirst?: readonly Component[];
  /** It only reads: no operation, no bad request, nothing driven. Such a check may look at anybody's deployment. */
  readOnly?: boolean;
  /** The next step for the person on call when it is red. */
  next: string;
  /** The one when it is unknown, where `next` would call for more than is known. */
  nextWhenUnknown?: string;
  /** Where more about it is written; docs/checks.md unless it says otherwise, nowhere when it is empty. */
  runbook?: string;
}

/** The labels of all that is said of a check: whom it tells of, whatever its outcome is. */
export function subjectLabels({ service, instance }: CheckSubject = {}): Record<string, string> {
  const labels: Record<string, string> = {};
  if (service !== undefined) labels.service = service;
  if (instance !== undefined) labels.instance = instance;
  return labels;
}

/** The title under which Vitest runs a check. */
export function testTitle(check: Pick<CheckDefinition, 'id' | 'title'>): string {
  return `${check.id} ${check.title}`;
}

/** Heading anchor of the check's entry in docs/checks.md. */
export function runbookOf(check: Pick<CheckDefinition, 'id' | 'title' | 'runbook'>): string {
  if (check.runbook !== undefined) return check.runbook;
  const slug = testTitle(check)
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
  return `docs/checks.md#${slug}`;
}

/**
 * The checks that judge the pass rate of past cycles. Their failing tells of those cycles once more: counted into the rate
 * that they judge, two of them keep it below its limit for ever, whatever the deployment does.
 */
export const checksOfPassRate: ReadonlySet<string> = new Set(['C05', 'R02']);
