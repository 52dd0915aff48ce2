import { rollbackTriggers } from '../../../alerts/index.ts';
import {
  type Found,
  fail,
  finding,
  firstOf,
  isoTime,
  pass,
  type Subject,
  spanOf,
  unknown,
} from '../condition.ts';
import { soakOf } from '../plan.ts';
import { changeText, recordCommand } from './identity.ts';

const deploy = 'record the deployment when it is out: vigil gate --deployed RELEASE';
const noTime = unknown('no deployment is recorded, so nothing can be said of its time', { next: deploy });
const askFirst = (percent: number | undefined) => `ask for ${percent} % first: vigil gate --to ${percent}`;

/** Whether it is the stage that the plan has next. */
export function stageOrder({ standing, to }: Subject): Found {
  if (!standing) return noTime;
  const { release, percent, sinceMs, next } = standing;
  if (to <= percent)
    return pass(`taken already: ${percent} % was let through to ${release} at ${isoTime(sinceMs)}`);
  const at = percent === 0 ? 'no stage is taken yet' : `${percent} % is taken`;
  if (next?.percent === to) return pass(`${at}; ${to} % is the next stage`);
  return fail(`${at}; the next stage is ${next?.percent} %, not ${to} %`, { next: askFirst(next?.percent) });
}

/** Whether the stage before has held as long as the plan says. */
export function soakTime({ standing, recorded, to, atMs, proven }: Subject): Found {
  if (!standing) return noTime;
  const { release, deployedMs, percent, soakFromMs, next } = standing;
  if (to <= percent) return pass('nothing to wait for: the stage is taken');
  if (next?.percent !== to)
    return unknown(`counts from the stage before, ${next?.percent} %`, { next: askFirst(next?.percent) });
  // Of the two times the one that ends last is shown.
  const change = recorded.identity?.release?.anew;
  const anew = change?.atMs === soakFromMs ? change : undefined;
  const isByDeployment = next.soakEndsMs === deployedMs + next.afterMs;
  const needMs = isByDeployment ? next.afterMs : next.soakMs;
  const where = isByDeployment
    ? `after the deployment of ${release}`
    : `at ${percent} %, from ${isoTime(soakFromMs)} on${anew ? `, anew by ${changeText(anew)}` : ''}`;
  const waiting = `wait for the end of the soak time${anew ? `, or record the release: ${recordCommand(anew.now)}` : ''}`;
  const isOver = atMs >= next.soakEndsMs;
  const ends = `${isOver ? 'over since' : 'ends at'} ${isoTime(next.soakEndsMs)}`;
  const by = proven === undefined ? '' : `; ${proven}`;
  return finding(isOver ? 'pass' : 'fail', `${spanOf(needMs)} ${where}: ${ends}${by}`, {
    value: (atMs - (isByDeployment ? deployedMs : soakFromMs)) / 1000,
    unit: 'seconds',
    limit: { operator: '>=', value: needMs / 1000 },
    next: isOver ? undefined : waiting,
    askAgainAtMs: isOver ? undefined : next.soakEndsMs,
  });
}

/** Whether what other Vigils recorded is known here: stages that they took, rollbacks that they began. */
export function ledgerRead({ ledger }: Subject): Found {
  if (ledger?.fault === undefined) return pass('what other Vigils decided is read');
  return unknown(`${ledger.fault}: whether another Vigil rolls back or has taken a stage is not known`, {
    cause: 'the ledger can’t be relied on',
    next: 'restore PostgreSQL or correct the clock, or see for yourself and use --override --reason',
  });
}

/** A trigger as people know it: by the title of its threshold. */
function titleOf(name: string, table: Subject['table']): string {
  const known = rollbackTriggers.find(({ trigger }) => trigger === name);
  return known ? table[known.signal].title : name;
}

/**
 * No rollback trigger fired since the deployment and resolved without a person who looked at it: a failure of that length is
 * not forgotten with its last cycle. The soak begins anew at its end.
 */
export function noOutage({ recorded, plan, to, atMs, table }: Subject): Found {
  const soakMs = soakOf(plan, to);
  const left = (recorded.outages ?? [])
    .filter(({ endedMs, acknowledgedBy }) => acknowledgedBy === undefined && atMs < endedMs + soakMs)
    .sort((a, b) => b.endedMs - a.endedMs);
  const [last] = left;
  if (!last) {
    const taken = recorded.outages?.findLast(({ acknowledgedBy }) => acknowledgedBy !== undefined);
    return pass(
      taken
        ? `${titleOf(taken.trigger, table)} fired, acknowledged by ${taken.acknowledgedBy}`
        : 'none in the soak time',
    );
  }
  const outages = left.map(
    ({ trigger, firedMs, endedMs }) =>
      `${titleOf(trigger, table)} was past its rollback limit, firing from ${isoTime(firedMs)} to ${isoTime(endedMs)}`,
  );
  return fail(`${firstOf(outages, 3)}; the soak time begins anew at its end`, {
    cause: outages[0] ?? '',
    next: 'find out what it was; then vigil alerts --acknowledge RollbackRequired, or let the soak time pass',
    askAgainAtMs: last.endedMs + soakMs,
  });
}

/** No rollback of this release under way, and none behind it: then it is not this release that gets more traffic. */
export function noRollback({ recorded, standing }: Subject): Found {
  if (!standing) return unknown('no deployment is recorded', { next: deploy });
  const { release } = standing;
  const running = recorded.rollbacks.find(({ status }) => status === 'under way');
  if (running) {
    const detail = `a rollback is under way since ${isoTime(running.startedMs)}: ${running.detail}`;
    return fail(detail, { next: 'wait for its end, then see why it was needed' });
  }
  const last = recorded.rollbacks.findLast(({ status }) => status !== 'aborted');
  if (!last) return pass(`none since the deployment of ${release}`);
  const done = last.status === 'done' ? 'was rolled back' : 'was to be rolled back, which did not succeed';
  return fail(`${release} ${done} (${isoTime(last.startedMs)}; ${last.detail})`, {
    next: 'deploy what is to be rolled out, and record it: vigil gate --deployed RELEASE',
  });
}
