import { formatDuration, type ThresholdTable, type VigilConfig } from '../../core/index.ts';
import { detectionMs, soakRoom, stageNames } from '../../release/index.ts';
import type { Finding } from '../command-documents.ts';

/** From the decision to the restored and proven service. */
const slaMs = 15 * 60_000;
/** Within which a person answers a critical page. */
const answerMs = 5 * 60_000;

type Budgets = NonNullable<VigilConfig['rollback']>['budgets'];

/** What each number of the configuration adds to the worst case, every option tried to its end. */
function restoreOf(rollback: NonNullable<VigilConfig['rollback']>): { key: string; ms: number }[] {
  const tried = rollback.escalate === 'next' ? rollback.options : rollback.options.slice(0, 1);
  return tried.flatMap((type) => {
    const own: { [Stage in keyof Budgets]?: number | undefined } = rollback[type]?.budgets ?? {};
    return stageNames.map((stage) => ({
      key: own[stage] === undefined ? `rollback.budgets.${stage}` : `rollback.${type}.budgets.${stage}`,
      ms: own[stage] ?? rollback.budgets[stage],
    }));
  });
}

/** The number that, lowered, makes room for the excess. */
function changeOf(restore: ReturnType<typeof restoreOf>, excessMs: number): string {
  const byKey = new Map<string, { ms: number; times: number }>();
  for (const { key, ms } of restore) byKey.set(key, { ms, times: (byKey.get(key)?.times ?? 0) + 1 });
  const sorted = [...byKey].sort(([, a], [, b]) => b.ms * b.times - a.ms * a.times);
  const enough = sorted.find(([, { ms, times }]) => ms - Math.ceil(excessMs / times) >= 1000);
  if (enough) {
    const [key, { ms, times }] = enough;
    const most = Math.floor((ms - excessMs / times) / 1000) * 1000;
    return `${key}: ${formatDuration(ms)} → at most ${formatDuration(most)}`;
  }
  const [key, { ms }] = sorted[0] ?? ['rollback.options', { ms: 0 }];
  return `no single number is enough: begin with ${key} (${formatDuration(ms)}), or with fewer rollback.options; ${formatDuration(excessMs)} must go`;
}

/** The worst case of a rollback, by the budgets at which stages are ended; nothing where none is configured. */
export function feasibilityOf({ rollback, ...config }: VigilConfig, table: ThresholdTable) {
  if (!rollback) return undefined;
  const slowest = Object.entries(detectionMs({ ...config, rollback }, table)).reduce((worst, each) =>
    each[1] > worst[1] ? each : worst,
  );
  const restore = restoreOf(rollback);
  const restoreMs = restore.reduce((sum, { ms }) => sum + ms, 0);
  const excessMs = restoreMs - slaMs;
  return {
    /** From the fault to the alert, of the trigger that shows it last. */
    detectMs: slowest[1],
    slowestTrigger: slowest[0],
    /** From the alert to the decision: none when it is automatic, the answer of a person otherwise. */
    decideMs: rollback.automatic === true ? 0 : answerMs,
    /** From the decision to the proven service. */
    restoreMs,
    isFeasible: excessMs <= 0,
    /** Which number to change, and to what. */
    change: excessMs > 0 ? changeOf(restore, excessMs) : undefined,
  };
}

/** Whether the 15 minutes can be kept in the worst case, with every part of the sum. */
export function slaFindings(config: VigilConfig, table: ThresholdTable): Finding[] {
  const found = feasibilityOf(config, table);
  if (!found) return [];
  const { detectMs, slowestTrigger, decideMs, restoreMs, isFeasible, change } = found;
  const decider =
    config.rollback?.automatic === true ? 'the loop, in the same evaluation' : 'a person answers the page';
  return [
    { subject: 'detect', state: 'ok', detail: `${formatDuration(detectMs)} at worst, by ${slowestTrigger}` },
    { subject: 'decide', state: 'ok', detail: `${formatDuration(decideMs)} at worst: ${decider}` },
    {
      subject: 'restore',
      state: isFeasible ? 'ok' : 'problem',
      detail: `${formatDuration(restoreMs)} at worst from the decision, of ${formatDuration(slaMs)}; ${formatDuration(detectMs + decideMs + restoreMs)} from the fault`,
      hint: change,
    },
  ];
}

/** The stages of the rollout whose soak time has no room for the cycles that the gate asks for; nothing where each has. */
export function soakFindings({ rollout, interval }: VigilConfig, table: ThresholdTable): Finding[] {
  const needed = table.gateCycles.slo?.value ?? 0;
  return rollout.plan.flatMap(({ percent, after }, index): Finding[] => {
    const room = soakRoom(after - (rollout.plan[index - 1]?.after ?? 0), interval, needed);
    if (room.hasReserve) return [];
    const subject = `soak before ${percent} %`;
    const met = room.isEnough ? 'the gate may have to wait for one more' : 'the gate can’t be met';
    return [{ subject, state: 'warning', detail: `${room.explanation}: ${met}`, hint: room.change }];
  });
}
