import {
  type CheckDefinition,
  formatBound,
  grouped,
  isMet,
  type Measurement,
  runbookOf,
} from '../../../core/index.ts';
import type { RecordedOutcome } from '../../../history/index.ts';
import type { Outcome } from '../../../suite/index.ts';
import type { Facts } from '../facts.ts';
import { valueText } from '../words.ts';
import type { StripView } from './strips.ts';

/** A measurement and its limit. */
export interface MeasurementView {
  name: string;
  text: string;
  /** What must hold. */
  limit: string | undefined;
  isMet: boolean;
  /** How much of the limit is used up: 1 is at the limit, more is past it. */
  share: number | undefined;
  note: string | undefined;
}

/** A check, and what it came to in the newest cycle and over 48 h. */
export interface CheckView {
  id: string;
  title: string;
  group: string;
  priority: string | undefined;
  measures: string | undefined;
  next: string | undefined;
  runbook: string | undefined;
  outcome: Outcome | 'none';
  measurements: MeasurementView[];
  reason: string | undefined;
  durationMs: number | undefined;
  strip: StripView | undefined;
}

function shareOf({ value, bound }: Measurement): number | undefined {
  if (!bound || !Number.isFinite(value)) return undefined;
  const share = bound.operator.startsWith('<') ? value / bound.value : bound.value / value;
  return Number.isFinite(share) && share >= 0 ? Number(Math.min(share, 9.99).toFixed(3)) : undefined;
}

function measurementView(measurement: Measurement): MeasurementView {
  const { name, value, unit, bound, sample, note } = measurement;
  const size = sample === undefined ? undefined : `n = ${grouped(sample)}`;
  return {
    name,
    text: valueText(value, unit, bound) ?? '',
    limit: bound && formatBound(bound, unit),
    isMet: isMet(measurement),
    share: shareOf(measurement),
    note: [size, note].filter(Boolean).join(', ') || undefined,
  };
}

/** What may be shown of a message; the JUnit file has all of it. */
const reasonLimit = 1200;

function checkView(
  id: string,
  definition: CheckDefinition | undefined,
  outcome: RecordedOutcome | undefined,
): Omit<CheckView, 'strip'> {
  const { reason, durationMs } = outcome ?? {};
  return {
    id,
    title: definition?.title ?? outcome?.title ?? id,
    group: definition?.group ?? outcome?.group ?? '',
    priority: definition?.priority,
    measures: definition?.measures,
    next: definition?.next,
    runbook: definition && runbookOf(definition),
    outcome: outcome?.outcome ?? 'none',
    measurements: (outcome?.measurements ?? []).map(measurementView),
    reason: reason && reason.length > reasonLimit ? `${reason.slice(0, reasonLimit)}…` : reason,
    durationMs: durationMs && Math.round(durationMs),
  };
}

/** Every check, in the catalogue's order, those of the suite that it doesn't know after them. */
export function checkViews({ source, cycle }: Facts, strips: ReadonlyMap<string, StripView>): CheckView[] {
  const definitions = new Map(source.catalogue?.map((definition) => [definition.id, definition]));
  const outcomes = new Map(cycle?.outcomes.map((outcome) => [outcome.id, outcome]));
  const ids = new Set([...definitions.keys(), ...outcomes.keys()]);
  return [...ids].map((id) => ({
    ...checkView(id, definitions.get(id), outcomes.get(id)),
    strip: strips.get(id),
  }));
}
