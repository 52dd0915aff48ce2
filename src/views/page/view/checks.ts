import { formatBound, grouped, isMet, type Measurement, runbookOf } from '../../../core/index.ts';
import type { RecordedOutcome } from '../../../history/index.ts';
import type { Outcome } from '../../../suite/index.ts';
import type { Facts } from '../facts.ts';
import { valueText } from '../words.ts';

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

/** What a check is; it hardly ever changes. */
export interface DefinitionView {
  id: string;
  title: string;
  group: string;
  priority?: string | undefined;
  measures?: string | undefined;
  next?: string | undefined;
  runbook?: string | undefined;
}

/** What a check came to in the newest cycle. */
export interface CheckView {
  outcome: Outcome | 'none';
  figures: MeasurementView[];
  /** Place of the measurement that says most: an unmet one before a met one. */
  main: number | undefined;
  reason: string | undefined;
  durationMs: number | undefined;
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

function checkView(outcome: RecordedOutcome | undefined): CheckView {
  const measurements = (outcome?.measurements ?? []).map(measurementView);
  const unmet = measurements.findIndex((one) => !one.isMet);
  const main =
    unmet >= 0
      ? unmet
      : Math.max(
          0,
          measurements.findIndex(({ limit }) => limit),
        );
  const { reason, durationMs } = outcome ?? {};
  return {
    outcome: outcome?.outcome ?? 'none',
    figures: measurements,
    main: measurements.length > 0 ? main : undefined,
    reason: reason && reason.length > reasonLimit ? `${reason.slice(0, reasonLimit)}…` : reason,
    durationMs: durationMs && Math.round(durationMs),
  };
}

function definitionView(facts: Facts, id: string, outcome: RecordedOutcome | undefined): DefinitionView {
  const definition = facts.source.catalogue?.find((check) => check.id === id);
  if (!definition) return { id, title: outcome?.title ?? id, group: outcome?.group ?? '' };
  const { title, group, priority, measures, next } = definition;
  return { id, title, group, priority, measures, next, runbook: runbookOf(definition) };
}

/** Every check, in the catalogue's order, those of the suite that it doesn't know after them. */
export function checkViews(facts: Facts): { definition: DefinitionView; check: CheckView }[] {
  const outcomes = new Map((facts.cycle?.outcomes ?? []).map((outcome) => [outcome.id, outcome]));
  const ids = new Set([...(facts.source.catalogue ?? []).map(({ id }) => id), ...outcomes.keys()]);
  return [...ids].map((id) => ({
    definition: definitionView(facts, id, outcomes.get(id)),
    check: checkView(outcomes.get(id)),
  }));
}
