import { z } from 'zod';
import { configSchema, normalised, type VigilConfig } from './schema.ts';
import { validated } from './validate.ts';

const ruleTimes = z.strictObject({
  /** How long the rule's condition must hold. */
  forSeconds: z.number().nonnegative().optional(),
  /** How long it goes on firing after the condition ended. */
  keepFiringSeconds: z.number().nonnegative().optional(),
  /** `false` leaves the rule out. */
  enabled: z.boolean().default(true),
});

/** Times of rules by name, over those that the thresholds and the rules' definitions give. */
export type RuleTimes = Record<string, z.output<typeof ruleTimes>>;

/** A configuration, with times of rules that a configuration can't change. */
export interface Policy {
  config: VigilConfig;
  rules: RuleTimes;
}

/**
 * Checks a policy for a replay: every key of the configuration, and `rules` for the rules of these names.
 * CONFIG_INVALID as `validateConfig`.
 */
export function validatePolicy(input: unknown, file: string, ruleNames: readonly string[]): Policy {
  const named = z.enum(ruleNames as [string, ...string[]], {
    error: `expected the name of a rule: ${ruleNames.join(', ')}`,
  });
  const schema = configSchema.safeExtend({ rules: z.partialRecord(named, ruleTimes).default({}) });
  const { rules, ...config } = validated(schema, input, file, 'docs/replay.md says what a policy may hold');
  return { config: normalised(config as Parameters<typeof normalised>[0]), rules: rules as RuleTimes };
}
