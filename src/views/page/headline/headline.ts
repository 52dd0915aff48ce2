import type { Facts } from '../facts.ts';
import { openAlerts, type ShownAlert } from '../open-alerts.ts';
import { alertSituations, rollbackDue, rollbackRequired, unjudged } from './alerts.ts';
import { deaf, doubtfulCycle, noCycle, silentSignals, standingStill, thin } from './blind.ts';
import { clear, maintenance } from './clear.ts';
import { rollbackFailed, rollbackRunning } from './rollback.ts';
import { backSince, rolledBack, stillRequired } from './rolled-back.ts';
import type { Level, Scene, Situation } from './situation.ts';

/** The sentence at the top: whether to act, why, and what to do next. */
export interface Headline {
  level: Level;
  lead: string;
  because: string;
  next: string | undefined;
  runbook: string | undefined;
  /** When a rollback falls due. */
  due: string | undefined;
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
  const running = rollbackRunning(scene);
  const back = backSince(scene);
  // What is only of the time before a rollback that worked asks nobody to act.
  const isOfBefore = (alert: ShownAlert) => back?.isOfBefore(alert) ?? false;
  const now = { ...scene, alerts: scene.alerts.filter((alert) => !isOfBefore(alert)) };
  const before = { ...scene, alerts: scene.alerts.filter(isOfBefore) };
  const done = back && rolledBack(scene, back);
  const found: (Situation | undefined)[] = [
    running,
    isOpen ? failed : undefined,
    still,
    running ? undefined : back ? stillRequired(now, back) : rollbackRequired(now),
    ...alertSituations(now, 'firing', true),
    cycle,
    deaf(scene),
    // An old cycle says nothing of now, and a watch that has just begun has no rates yet.
    ...(cycle ? [] : [...(back?.isCycleBefore ? [] : doubtfulCycle(scene)), silentSignals(scene)]),
    back?.isSettling ? done : undefined,
    ...alertSituations(before, 'firing', true),
    ...(!cycle && back?.isCycleBefore ? doubtfulCycle(scene) : []),
    thin(scene),
    ...alertSituations(scene, 'pending', true),
    unjudged(scene),
    back?.isSettling ? undefined : done,
    ...alertSituations(scene, 'firing', false),
    maintenance(scene),
    ...alertSituations(scene, 'pending', false),
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
  // Where one is required, runs or was made, no other falls due.
  const isOver = first.brief === 'a rollback is required' || first.level === 'busy' || backSince(scene);
  const due = isOver ? undefined : rollbackDue(scene);
  const briefs = others.map(({ brief }) => brief);
  const also =
    briefs.length > alsoLimit
      ? [...briefs.slice(0, alsoLimit - 1), `${briefs.length - alsoLimit + 1} more`]
      : briefs;
  const { level, lead, because, next, runbook } = first;
  const text = `${lead}: ${because}${next ? `; next: ${next}` : ''}${due ? `; ${due}` : ''}.`;
  return { level, lead, because, next, runbook, due, also, text };
}
