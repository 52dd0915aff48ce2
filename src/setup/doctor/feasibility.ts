import { formatDuration, type ThresholdTable, type VigilConfig } from '../../core/index.ts';
import { detectionMs, stageNames } from '../../release/index.ts';

/** From the decision to the restored and proven service. */
export const slaMs = 15 * 60_000;
/** Within which a person answers a critical page. */
const answerMs = 5 * 60_000;

/** One number of the configuration and what it adds to the worst case. */
export interface Contribution {
  key: string;
  ms: number;
}

export interface Feasibility {
  /** From the fault to the alert, of the slowest trigger. */
  detectMs: number;
  slowestTrigger: string;
  /** From the alert to the decision: none when it is automatic, the answer of a person otherwise. */
  decideMs: number;
  /** From the decision to the proven service, every option tried to its end. */
  restoreMs: number;
  restore: Contribution[];
  isFeasible: boolean;
  /** Which number to change, and to what; absent when it is feasible. */
  change?: string;
}

type Budgets = NonNullable<VigilConfig['rollback']>['budgets'];

function restoreOf(rollback: NonNullable<VigilConfig['rollback']>): Contribution[] {
  const tried = rollback.escalate === 'next' ? rollback.options : rollback.options.slice(0, 1);
  return tried.flatMap((type) => {
    const own: { [Stage in keyof Budgets]?: number | undefined } = rollback[type]?.budgets ?? {};
    return stageNames.map((stage) => ({
      key: own[stage] === undefined ? `rollback.budgets.${stage}` : `rollback.${type}.budgets.${stage}`,
      ms: own[stage] ?? rollback.budgets[stage],
    }));
  });
}

/** The trigger that shows a fault last. */
function slowestOf(config: VigilConfig, table: ThresholdTable): { trigger: string; ms: number } {
  const all = Object.entries(detectionMs(config, table)).map(([trigger, ms]) => ({ trigger, ms }));
  return all.reduce((slowest, each) => (each.ms > slowest.ms ? each : slowest));
}

/** The number that, lowered, makes room for the excess. */
function changeOf(restore: readonly Contribution[], excessMs: number): string {
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

/** Whether the worst case of a rollback fits into its 15 minutes, by the budgets at which stages are ended. */
export function feasibilityOf(config: VigilConfig, table: ThresholdTable): Feasibility | undefined {
  const { rollback } = config;
  if (!rollback) return undefined;
  const detect = slowestOf(config, table);
  const restore = restoreOf(rollback);
  const restoreMs = restore.reduce((sum, { ms }) => sum + ms, 0);
  const excessMs = restoreMs - slaMs;
  return {
    detectMs: detect.ms,
    slowestTrigger: detect.trigger,
    decideMs: rollback.automatic ? 0 : answerMs,
    restoreMs,
    restore,
    isFeasible: excessMs <= 0,
    ...(excessMs > 0 && { change: changeOf(restore, excessMs) }),
  };
}
