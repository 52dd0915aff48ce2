import { tellingFirst } from '../../clients/index.ts';
import {
  type CheckDefinition,
  type Component,
  describeMeasurement,
  isMet,
  testTitle,
} from '../../core/index.ts';
import type { JUnitCase } from '../junit/types.ts';
import { caseNameOf } from '../run/context.ts';
import type { CaseEvent } from '../run/events.ts';
import type { CheckOutcome, Outcome } from './check-outcome.ts';

/** Prefix of the reason by which a check says that its component is not declared. */
export const NOT_DECLARED = 'not declared: ';

const xmlState = {
  passed: 'passed',
  failed: 'failed',
  errored: 'failed',
  skipped: 'skipped',
  unclear: undefined,
} as const;

type Judged = Pick<CheckOutcome, 'outcome' | 'executed'> & { reason?: string };

const unknown = (reason: string, executed = false): Judged => ({ outcome: 'unknown', executed, reason });

/** A skip is declared only when the check needs a component that the configuration really leaves out. */
function judgeSkip(
  definition: CheckDefinition,
  note: string | undefined,
  declared: readonly Component[],
): Judged {
  const needs = [...definition.needs, ...(definition.needsAtFirst ?? [])];
  const missing = needs.filter((component) => !declared.includes(component));
  if (note?.startsWith(NOT_DECLARED) && missing.length > 0) {
    return { outcome: 'skipped', executed: false, reason: `${NOT_DECLARED}${missing.join(', ')}` };
  }
  return unknown(`skipped without a declared reason${note ? `: ${note}` : ''}`);
}

/** Why a case that Vitest calls passed proves nothing; `undefined` when nothing speaks against it. */
export function passDoubt({ retries, inverted, measurements }: CaseEvent): string | undefined {
  if (retries > 0) return `passed only after ${retries === 1 ? 'a retry' : `${retries} retries`}`;
  if (inverted) return 'passed because it is declared to fail';
  const unmet = measurements.find((measurement) => !isMet(measurement));
  return unmet && `passed although ${describeMeasurement(unmet)}`;
}

/** Why what a check measured proves nothing; `undefined` when it held a measurement against a limit. */
export function measureDoubt({ measurements }: CaseEvent): string | undefined {
  if (measurements.length === 0) return 'passed without measuring anything';
  // A figure without a limit is a record, not a judgement.
  const isRecord = measurements.every(({ bound }) => bound === undefined);
  return isRecord ? 'passed without holding a measurement against a limit' : undefined;
}

function judgePass(event: CaseEvent): Judged {
  const doubt = passDoubt(event) ?? measureDoubt(event);
  return doubt ? unknown(doubt, true) : { outcome: 'pass', executed: true };
}

function judgeAgreed(definition: CheckDefinition, event: CaseEvent, declared: readonly Component[]): Judged {
  switch (event.state) {
    case 'passed':
      return judgePass(event);
    case 'skipped':
      return judgeSkip(definition, event.note, declared);
    case 'failed':
      if (event.unknown !== undefined) return unknown(event.unknown.replace(/^unknown: /, ''), true);
      return {
        outcome: 'fail',
        executed: true,
        reason: event.errors.join('\n') || 'failed without a message',
      };
  }
}

/**
 * The outcome of one check of the catalogue from what XML and stream say of it. It passes only when
 * both say that it ended well, it measured something, and what it measured meets its own bounds.
 */
export function judgeCheck(
  definition: CheckDefinition,
  cases: readonly JUnitCase[],
  events: readonly CaseEvent[],
  declared: readonly Component[],
): CheckOutcome {
  const base = {
    id: definition.id,
    title: definition.title,
    group: definition.group,
    definition,
    measurements: [],
  };
  const [xml, event] = [cases[0], events[0]];
  const give = (judged: Judged): CheckOutcome => ({ ...base, ...timesOf(event), ...judged });
  if (cases.length > 1 || events.length > 1) return give(unknown(`there is more than one ${definition.id}`));
  if (!xml && !event) return give(unknown('missing from the run'));
  if (!event) return give(unknown('the run never said that it ended'));
  if (!xml) return give(unknown('missing from the report'));
  if (event.name !== testTitle(definition)) {
    return give(unknown(`its title is “${event.name}”, the catalogue’s is “${testTitle(definition)}”`));
  }
  if (xmlState[xml.outcome] !== event.state) {
    return give(unknown(`the report says ${xml.outcome}, the run itself ${event.state}`));
  }
  return { ...give(judgeAgreed(definition, event, declared)), measurements: event.measurements };
}

/** Which case it was, when it ran and what it asked, as the run itself tells. */
export function timesOf(
  event: CaseEvent | undefined,
): Pick<CheckOutcome, 'caseName' | 'durationMs' | 'startedAtMs' | 'exchanges'> {
  return {
    caseName: event && caseNameOf(event),
    durationMs: event?.durationMs,
    startedAtMs: event?.startedAtMs,
    exchanges: event?.exchanges && tellingFirst(event.exchanges),
  };
}

/** A doubt about the whole run turns what it would have passed or skipped into unknown; failures stay. */
export function doubted(outcome: CheckOutcome, doubt: string): CheckOutcome {
  const trusted: readonly Outcome[] = ['fail', 'unknown'];
  if (trusted.includes(outcome.outcome)) return outcome;
  return { ...outcome, outcome: 'unknown', reason: doubt };
}
