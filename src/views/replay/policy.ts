import { type AlertRule, alertRules, namingOf, ruleDefinitions } from '../../alerts/index.ts';
import { dependenciesIn, type RuleTimes, type VigilConfig, validatePolicy } from '../../core/index.ts';
import { gateSetup } from '../../release/index.ts';

/** A set of limits and times under which recorded evidence is judged again; its name heads the columns. */
export type ReplayPolicy = ReturnType<typeof policyOf>;

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
export function policyOf(name: string, config: VigilConfig, recorded: VigilConfig, times: RuleTimes = {}) {
  const { plan, table } = gateSetup(config, undefined);
  const naming = namingOf({ ...recorded, liveWindow: config.liveWindow });
  return {
    name,
    table,
    naming,
    rules: (cycleIntervalMs: number) => withTimes(alertRules(table, naming, cycleIntervalMs), times),
    dependencies: dependenciesIn(recorded),
    plan,
  };
}

/** The policy that a file describes. */
export function readPolicy(name: string, input: unknown, file: string, recorded: VigilConfig): ReplayPolicy {
  const names = ruleDefinitions.map((rule) => rule.name);
  const { config, rules } = validatePolicy(input, file, names);
  return policyOf(name, config, recorded, rules);
}
