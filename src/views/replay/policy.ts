import {
  type AlertRule,
  alertRules,
  namingOf,
  ruleDefinitions,
  type SignalNaming,
} from '../../alerts/index.ts';
import {
  metricsUrlOf,
  type RuleTimes,
  type ThresholdTable,
  type VigilConfig,
  validatePolicy,
} from '../../core/index.ts';
import { type GateSetup, gateSetup } from '../../release/index.ts';

/** A set of limits and times under which recorded evidence is judged again. */
export interface ReplayPolicy {
  /** How the columns are headed. */
  name: string;
  table: ThresholdTable;
  naming: SignalNaming;
  /** The rules at a time from one cycle to the next. */
  rules: (cycleIntervalMs: number) => readonly AlertRule[];
  plan: GateSetup['plan'];
  /** Whether the watch was over a service without metrics. */
  withoutMetrics: boolean;
}

const withTimes = (rules: readonly AlertRule[], times: RuleTimes): AlertRule[] =>
  rules.flatMap((rule) => {
    const { enabled = true, forSeconds, keepFiringSeconds } = times[rule.name] ?? {};
    const own = {
      ...rule,
      forSeconds: forSeconds ?? rule.forSeconds,
      keepFiringSeconds: keepFiringSeconds ?? rule.keepFiringSeconds,
    };
    return enabled ? [own] : [];
  });

/**
 * The policy of a configuration. `recorded` is the configuration of the watch: whose metrics they are and which services
 * there were is a matter of the evidence, and no policy changes it.
 */
export function policyOf(
  name: string,
  config: VigilConfig,
  recorded: VigilConfig,
  times: RuleTimes = {},
): ReplayPolicy {
  const { plan, table } = gateSetup(config, undefined);
  const naming = namingOf({ ...recorded, liveWindow: config.liveWindow }, recorded.target);
  return {
    name,
    table,
    naming,
    rules: (cycleIntervalMs) => withTimes(alertRules(table, naming, cycleIntervalMs), times),
    plan,
    withoutMetrics: recorded.target !== undefined && metricsUrlOf(recorded.target) === undefined,
  };
}

/** The policy that a file describes. */
export function readPolicy(name: string, input: unknown, file: string, recorded: VigilConfig): ReplayPolicy {
  const names = ruleDefinitions.map((rule) => rule.name);
  const { config, rules } = validatePolicy(input, file, names);
  return policyOf(name, config, recorded, rules);
}
