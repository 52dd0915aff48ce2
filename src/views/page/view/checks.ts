import {
  formatBeside,
  formatBound,
  formatValue,
  grouped,
  isMet,
  type Measurement,
  runbookOf,
} from '../../../core/index.ts';
import type { RecordedOutcome } from '../../../history/index.ts';
import type { Outcome } from '../../../suite/index.ts';
import type { Facts } from '../facts.ts';

/** A figure beside its limit. */
export interface FigureView {
  name: string;
  text: string;
  /** What must hold. */
  limit?: string;
  isMet: boolean;
  /** How much of the limit is used up: 1 is at the limit, more is past it. */
  share?: number;
  note?: string;
}

/** What a check is; it hardly ever changes. */
export interface DefinitionView {
  id: string;
  title: string;
  group: string;
  priority?: string;
  measures?: string;
  next?: string;
  runbook?: string;
}

/** What a check came to in the newest cycle. */
export interface CheckView {
  outcome: Outcome | 'none';
  figures: FigureView[];
  /** Place of the figure that says most: an unmet one before a met one. */
  main?: number;
  reason?: string;
  durationMs?: number;
}

function shareOf({ value, bound }: Measurement): number | undefined {
  if (!bound || !Number.isFinite(value)) return undefined;
  const share = bound.operator.startsWith('<') ? value / bound.value : bound.value / value;
  return Number.isFinite(share) && share >= 0 ? Number(Math.min(share, 9.99).toFixed(3)) : undefined;
}

function figureOf(measurement: Measurement): FigureView {
  const { name, value, unit, bound, sample, note } = measurement;
  const share = shareOf(measurement);
  const details = [...(sample === undefined ? [] : [`n = ${grouped(sample)}`]), ...(note ? [note] : [])];
  return {
    name,
    text: bound ? formatBeside(value, bound.value, unit) : formatValue(value, unit),
    ...(bound && { limit: formatBound(bound, unit) }),
    isMet: isMet(measurement),
    ...(share !== undefined && { share }),
    ...(details.length > 0 && { note: details.join(', ') }),
  };
}

/** What may be shown of a message; the JUnit file has all of it. */
const reasonLimit = 1200;

function checkView(outcome: RecordedOutcome | undefined): CheckView {
  const figures = (outcome?.measurements ?? []).map(figureOf);
  const [unmet, bounded] = [figures.findIndex((one) => !one.isMet), figures.findIndex(({ limit }) => limit)];
  const main = unmet >= 0 ? unmet : Math.max(0, bounded);
  const { reason, durationMs } = outcome ?? {};
  return {
    outcome: outcome?.outcome ?? 'none',
    figures,
    ...(figures.length > 0 && { main }),
    ...(reason && { reason: reason.length > reasonLimit ? `${reason.slice(0, reasonLimit)}…` : reason }),
    ...(durationMs !== undefined && { durationMs: Math.round(durationMs) }),
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
