import type { Facts } from '../facts.ts';
import { openAlerts } from '../open-alerts.ts';
import {
  criticalFiring,
  criticalPending,
  lesserFiring,
  lesserPending,
  rollbackDue,
  rollbackRequired,
  unjudged,
} from './alerts.ts';
import { deaf, doubtfulCycle, noCycle, silentSignals, standingStill, thin } from './blind.ts';
import { clear, maintenance } from './clear.ts';
import { rollbackFailed, rollbackRunning, rolledBack } from './rollback.ts';
import type { Level, Scene, Situation } from './situation.ts';

/** The sentence at the top: whether to act, why, and what to do next. */
export interface Headline {
  level: Level;
  lead: string;
  because: string;
  next?: string;
  runbook?: string;
  /** When a rollback falls due. */
  due?: string;
  /** What else is the case, the worst first. */
  also: string[];
  /** The whole sentence. */
  text: string;
}

/** Whether a rollback that failed hours ago still asks for hands: not when everything has been well since. */
function isStillOpen({ facts, alerts }: Scene): boolean {
  const run = facts.rollbacks.at(-1);
  const endedMs = run?.endedMs ?? facts.nowMs;
  const isWell =
    facts.isOwnCycle &&
    facts.cycle?.verdict === 'pass' &&
    facts.cycle.startedMs > endedMs &&
    !alerts.some(({ status, severity }) => status === 'firing' && severity === 'critical');
  return !isWell || facts.nowMs - endedMs < 30 * 60_000;
}

/** Everything that is the case, the worst first. */
function situationsOf(scene: Scene): Situation[] {
  const still = standingStill(scene);
  const failed = rollbackFailed(scene);
  const isOpen = failed !== undefined && isStillOpen(scene);
  const cycle = noCycle(scene);
  const found: (Situation | undefined)[] = [
    rollbackRunning(scene),
    isOpen ? failed : undefined,
    still,
    rollbackRequired(scene),
    ...criticalFiring(scene),
    cycle,
    deaf(scene),
    // An old cycle says nothing of now, and a watch that has just begun has no rates yet.
    ...(cycle ? [] : [...doubtfulCycle(scene), silentSignals(scene)]),
    thin(scene),
    ...criticalPending(scene),
    unjudged(scene),
    rolledBack(scene),
    ...lesserFiring(scene),
    maintenance(scene),
    ...lesserPending(scene),
    isOpen ? undefined : failed && { ...failed, level: 'look', lead: 'Look into it' },
  ];
  return found.filter((situation) => situation !== undefined);
}

/** What may still be said of the rest, so that a dozen alerts stay one line. */
const alsoLimit = 4;

/** Decides the sentence; a pure function of the facts. */
export function headlineOf(facts: Facts): Headline {
  const scene: Scene = { facts, alerts: openAlerts(facts) };
  const [first = clear(scene), ...others] = situationsOf(scene);
  const due =
    first.brief === 'a rollback is required' || first.level === 'busy' ? undefined : rollbackDue(scene);
  const briefs = others.map(({ brief }) => brief);
  const also =
    briefs.length > alsoLimit
      ? [...briefs.slice(0, alsoLimit - 1), `${briefs.length - alsoLimit + 1} more`]
      : briefs;
  const { level, lead, because, next, runbook } = first;
  const text = `${lead}: ${because}${next ? `; next: ${next}` : ''}${due ? `; ${due}` : ''}.`;
  return {
    level,
    lead,
    because,
    ...(next && { next }),
    ...(runbook && { runbook }),
    ...(due && { due }),
    also,
    text,
  };
}
