import type { Facts } from '../facts.ts';
import { openAlerts, type ShownAlert } from '../open-alerts.ts';
import { alertSituations, firingRollback, rollbackDue, rollbackPending, rollbackRequired } from './alerts.ts';
import { clear } from './clear.ts';
import {
  type Back,
  backSince,
  rollbackFailed,
  rollbackRunning,
  rolledBack,
  stillRequired,
  takenBack,
} from './rollback.ts';
import { silentSignals, unjudged } from './signals.ts';
import type { Scene, Situation } from './situation.ts';
import {
  deaf,
  doubtfulCycle,
  ledgerAway,
  maintenance,
  mixed,
  noCycle,
  releaseMissing,
  standingStill,
  thin,
  unrecorded,
} from './watch.ts';

/** Everything that is the case, the worst first. */
function situationsOf(scene: Scene, back: Back | undefined): Situation[] {
  // What is only of the time before a rollback that worked asks nobody to act.
  const isOfBefore = (alert: ShownAlert) => back?.isOfBefore(alert) ?? false;
  const now = { ...scene, alerts: scene.alerts.filter((alert) => !isOfBefore(alert)) };
  const before = { ...scene, alerts: scene.alerts.filter(isOfBefore) };
  const running = rollbackRunning(scene);
  const failed = rollbackFailed(scene);
  const done = back && rolledBack(scene, back);
  const late = noCycle(scene);
  // An old cycle says nothing of now, and a watch that has just begun has no rates yet.
  const cycle = late ? [] : doubtfulCycle(scene);
  const firing = alertSituations(now, 'firing', true);
  const pending = alertSituations(scene, 'pending', true);
  // What has cleared and fires on leads only where nothing else is wrong.
  const clearing = alertSituations(now, 'clearing', true);
  const isDueAlone = !back && !running && firing.length + pending.length === 0;
  const found = [
    running,
    failed?.level === 'act' ? failed : undefined,
    standingStill(scene),
    unrecorded(scene),
    running ? undefined : back ? stillRequired(now, back) : rollbackRequired(now),
    firing,
    late,
    deaf(scene),
    back?.isCycleBefore ? undefined : cycle,
    late || back?.isCycleBefore ? undefined : mixed(scene),
    late ? undefined : releaseMissing(scene),
    late ? undefined : silentSignals(scene),
    back?.isSettling ? done : undefined,
    alertSituations(before, 'firing', true),
    alertSituations(before, 'clearing', true),
    back?.isCycleBefore ? cycle : undefined,
    ledgerAway(scene),
    thin(scene),
    pending,
    isDueAlone ? rollbackPending(scene) : undefined,
    unjudged(scene),
    back?.isSettling ? undefined : (done ?? takenBack(scene)),
    alertSituations(scene, 'firing', false),
    alertSituations(scene, 'pending', false).map((one) =>
      clearing.length > 0 ? { ...one, lead: 'Scale nothing yet' } : one,
    ),
    clearing,
    maintenance(scene),
    alertSituations(scene, 'clearing', false),
    failed?.level === 'act' ? undefined : failed,
  ];
  return found.flat().filter((situation) => situation !== undefined);
}

/** `Hold at 25 %`; before the first stage there is none to hold at, and where no traffic is left to hold back, the deployment itself has to be dealt with. */
function hold({ rollout }: Facts): string {
  if (!rollout || rollout.percent === 0) return 'Hold';
  return rollout.percent >= 100 ? 'Act now' : `Hold at ${rollout.percent} %`;
}

/** What may still be said of the rest, so that a dozen alerts stay one line. */
const alsoLimit = 4;

/** Decides the sentence at the top: whether to act, why, and what to do next; a pure function of the facts. */
export function headlineOf(facts: Facts) {
  const scene: Scene = { ...facts, alerts: openAlerts(facts) };
  const back = backSince(scene);
  const [first = clear(scene), ...others] = situationsOf(scene, back);
  const { level, lead = hold(facts), because, next, runbook } = first;
  // Where a rollback is required, runs or was made, no other falls due.
  const due = level === 'busy' || back || firingRollback(scene) ? undefined : rollbackDue(scene);
  // What else is the case, the worst first.
  const briefs = others.map(({ brief }) => brief).filter((brief) => !because.includes(brief));
  const also =
    briefs.length > alsoLimit
      ? [...briefs.slice(0, alsoLimit - 1), `${briefs.length - alsoLimit + 1} more`]
      : briefs;
  const text = `${lead}: ${because}${next ? `; next: ${next}` : ''}${due ? `; ${due}` : ''}.`;
  return { level, lead, because, next, runbook, due, also, text };
}

export type Headline = ReturnType<typeof headlineOf>;
