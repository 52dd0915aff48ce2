import { type GateCondition, isoTime, spanOf, stated } from '../condition.ts';
import type { GateEvidence } from '../evidence.ts';
import { type RolloutPlan, standingOf } from '../plan.ts';

const order = ['order', 'stage order'] as const;
const soak = ['soak', 'soak time'] as const;
const rollback = ['rollback', 'no rollback'] as const;

const deploy = 'record the deployment when it is out: vigil gate --deployed RELEASE';

/** Stage order and soak time: whether the plan lets this step be taken now. */
export function rolloutConditions(
  { recorded, atMs }: GateEvidence,
  plan: RolloutPlan,
  to: number,
): GateCondition[] {
  const { deployment, taken } = recorded;
  if (!deployment) {
    const detail = 'no deployment is recorded, so nothing can be said of its time';
    return [
      stated(order, 'unknown', detail, { next: deploy }),
      stated(soak, 'unknown', detail, { next: deploy }),
    ];
  }
  const { percent, sinceMs, next } = standingOf(plan, deployment.timeMs, taken);
  if (to <= percent) {
    const since = `${percent} % of the traffic since ${isoTime(sinceMs)}`;
    return [
      stated(order, 'pass', `taken already: ${deployment.release} has ${since}`),
      stated(soak, 'pass', 'nothing to wait for: the stage is taken'),
    ];
  }
  const at = percent === 0 ? 'no stage is taken yet' : `${percent} % is taken`;
  if (!next || next.percent !== to) {
    const detail = `${at}; the next stage is ${next?.percent} %, not ${to} %`;
    const ask = `ask for ${next?.percent} % first: vigil gate --to ${next?.percent}`;
    return [
      stated(order, 'fail', detail, { next: ask }),
      stated(soak, 'unknown', `counts from the stage before, ${next?.percent} %`, { next: ask }),
    ];
  }
  const deployedForMs = atMs - deployment.timeMs;
  // Of the two times the one that ends last is shown.
  const isByDeployment = next.soakEndsMs === deployment.timeMs + next.afterMs;
  const heldMs = isByDeployment ? deployedForMs : atMs - sinceMs;
  const needMs = isByDeployment ? next.afterMs : next.soakMs;
  const where = isByDeployment
    ? `after the deployment of ${deployment.release}`
    : `at ${percent} %, from ${isoTime(sinceMs)} on`;
  const isOver = atMs >= next.soakEndsMs;
  return [
    stated(order, 'pass', `${at}; ${to} % is the next stage`),
    stated(
      soak,
      isOver ? 'pass' : 'fail',
      `${spanOf(needMs)} ${where}: ${isOver ? 'over' : 'ends'} ${isOver ? 'since' : 'at'} ${isoTime(next.soakEndsMs)}`,
      {
        value: heldMs / 1000,
        unit: 'seconds',
        limit: { operator: '>=', value: needMs / 1000 },
        next: isOver ? undefined : 'wait for the end of the soak time',
        askAgainAtMs: isOver ? undefined : next.soakEndsMs,
      },
    ),
  ];
}

/** No rollback of this release under way, and none behind it: then it is not this release that gets more traffic. */
export function rollbackCondition({ recorded }: GateEvidence): GateCondition {
  const { deployment, rollbacks } = recorded;
  if (!deployment) return stated(rollback, 'unknown', 'no deployment is recorded', { next: deploy });
  const running = rollbacks.find(({ status }) => status === 'under way');
  if (running) {
    const detail = `a rollback is under way since ${isoTime(running.startedMs)}: ${running.detail}`;
    return stated(rollback, 'fail', detail, { next: 'wait for its end, then see why it was needed' });
  }
  const last = rollbacks.findLast(({ status }) => status !== 'aborted');
  if (last) {
    const done = last.status === 'done' ? 'was rolled back' : 'was to be rolled back, which did not succeed';
    return stated(
      rollback,
      'fail',
      `${deployment.release} ${done} (${isoTime(last.startedMs)}; ${last.detail})`,
      { next: 'deploy what is to be rolled out, and record it: vigil gate --deployed RELEASE' },
    );
  }
  return stated(rollback, 'pass', `none since the deployment of ${deployment.release}`);
}
