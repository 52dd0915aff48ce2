import {
  type AlertRule,
  alertRules,
  namingOf,
  ruleDefinitions,
  type SignalNaming,
} from '../../alerts/index.ts';
import {
  effectiveThresholds,
  metricsUrlOf,
  type RuleTimes,
  type ThresholdTable,
  type VigilConfig,
  validatePolicy,
} from '../../core/index.ts';

/** A set of limits and times under which recorded evidence is judged again. */
export interface ReplayPolicy {
  /** How the columns are headed. */
  name: string;
  table: ThresholdTable;
  naming: SignalNaming;
  /** The rules at a time from one cycle to the next. */
  rules: (cycleIntervalMs: number) => readonly AlertRule[];
  plan: VigilConfig['rollout']['plan'];
  /** Whether the watch was over a service without metrics. */
  withoutMetrics: boolean;
}

function withTimes(rules: readonly AlertRule[], times: RuleTimes): AlertRule[] {
  return rules.flatMap((rule) => {
    const { enabled = true, forSeconds, keepFiringSeconds } = times[rule.name] ?? {};
    if (!enabled) return [];
    return [
      {
        ...rule,
        ...(forSeconds !== undefined && { forSeconds }),
        ...(keepFiringSeconds !== undefined && { keepFiringSeconds }),
      },
    ];
  });
}

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
  const table = effectiveThresholds(config);
  const naming = namingOf(
    {
      metricsPrefix: recorded.metricsPrefix,
      monitoring: recorded.monitoring,
      liveWindow: config.liveWindow,
    },
    recorded.target,
  );
  return {
    name,
    table,
    naming,
    rules: (cycleIntervalMs) => withTimes(alertRules(table, naming, cycleIntervalMs), times),
    plan: config.rollout.plan,
    withoutMetrics: recorded.target !== undefined && metricsUrlOf(recorded.target) === undefined,
  };
}

/** The policy that a file describes. */
export function readPolicy(name: string, input: unknown, file: string, recorded: VigilConfig): ReplayPolicy {
  const names = ruleDefinitions.map((rule) => rule.name);
  const { config, rules } = validatePolicy(input, file, names);
  return policyOf(name, config, recorded, rules);
}
