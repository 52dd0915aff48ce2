import {
  type CheckDefinition,
  formatBound,
  grouped,
  isMet,
  type Measurement,
  runbookOf,
} from '../../../core/index.ts';
import type { RecordedOutcome } from '../../../history/index.ts';
import { openAlertsOf } from '../../../monitor/index.ts';
import { shownNames } from '../../../suite/index.ts';
import type { Facts } from '../facts.ts';
import { valueText } from '../words.ts';
import type { StripView } from './strips.ts';

/** How much of the limit is used up: 1 is at the limit, more is past it. */
function shareOf({ value, bound }: Measurement): number | undefined {
  if (!bound || !Number.isFinite(value)) return undefined;
  const share = bound.operator.startsWith('<') ? value / bound.value : bound.value / value;
  return Number.isFinite(share) && share >= 0 ? Number(Math.min(share, 9.99).toFixed(3)) : undefined;
}

/** A measurement and its limit. */
function measurementView(measurement: Measurement) {
  const { name, value, unit, bound, sample, note } = measurement;
  const size = sample === undefined ? undefined : `n = ${grouped(sample)}`;
  return {
    name,
    text: valueText(value, unit, bound) ?? '',
    /** What must hold. */
    limit: bound && formatBound(bound, unit),
    isMet: isMet(measurement),
    share: shareOf(measurement),
    note: [size, note].filter(Boolean).join(', ') || undefined,
  };
}

/** What may be shown of a message; the JUnit file has all of it. */
const reasonLimit = 1200;

/** A check, and what it came to in the newest cycle and over 48h. */
function checkView(
  id: string,
  shown: string | undefined,
  definition: CheckDefinition | undefined,
  outcome: RecordedOutcome | undefined,
  strip: StripView | undefined,
  alert: string | undefined,
) {
  const { reason, durationMs } = outcome ?? {};
  return {
    id,
    /** What people know it by, which is shorter than an id that is a path. */
    shown: shown ?? id,
    title: definition?.title ?? outcome?.title ?? id,
    group: definition?.group ?? outcome?.group ?? '',
    priority: definition?.priority,
    measures: definition?.measures,
    next: definition?.next,
    runbook: definition && runbookOf(definition),
    outcome: outcome?.outcome ?? ('none' as const),
    measurements: (outcome?.measurements ?? []).map(measurementView),
    reason: reason && reason.length > reasonLimit ? `${reason.slice(0, reasonLimit)}…` : reason,
    durationMs: durationMs && Math.round(durationMs),
    strip,
    /** The fingerprint of its alert, while that is open. */
    alert,
  };
}

/** What passed in a watch before this one is no pass of this one. */
const notJudged = (view: CheckView): CheckView => ({
  ...view,
  outcome: 'none',
  measurements: [],
  reason: undefined,
  durationMs: undefined,
});

/** Every check, in the catalogue's order, those of the suite that it doesn't know after them. */
export function checkViews(
  { source, cycle, isOwnCycle, status }: Facts,
  strips: ReadonlyMap<string, StripView>,
): CheckView[] {
  const definitions = new Map(source.catalogue?.map((definition) => [definition.id, definition]));
  const outcomes = new Map(cycle?.outcomes.map((outcome) => [outcome.id, outcome]));
  const ids = new Set([...definitions.keys(), ...outcomes.keys()]);
  const shown = shownNames(ids);
  const open = openAlertsOf(status.alerts).filter(({ rule }) => rule === 'HealthCheckFailed');
  const alerts = new Map(open.map(({ labels, fingerprint }) => [labels.check, fingerprint]));
  const views = [...ids].map((id) =>
    checkView(id, shown.get(id), definitions.get(id), outcomes.get(id), strips.get(id), alerts.get(id)),
  );
  return views.map((view) => (isOwnCycle || view.outcome !== 'pass' ? view : notJudged(view)));
}

export type CheckView = ReturnType<typeof checkView>;
