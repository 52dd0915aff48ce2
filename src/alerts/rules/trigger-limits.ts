import type { ThresholdTable } from '../../core/index.ts';
import { type SignalNaming, scaledBy } from '../signals/algebra/signal-naming.ts';
import { rollbackTriggers } from './observe-rollback.ts';
import type { AlertRule, TriggerLimit } from './rule.ts';

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The words of a trigger: what is so now, what it calls for, and for how long it has been so. */
function wordsOf(title: string, isDown: boolean): Pick<TriggerLimit, 'says' | 'summary' | 'description'> {
  const brought = 'by failures that the deployment brought';
  if (isDown) {
    const down = 'service of the target has been down for {for}';
    return {
      says: 'a service of the target is down',
      summary: `Roll back: a ${down}`,
      description: `A ${down}, ${brought}.`,
    };
  }
  const says = `${title} {value} ({limit})`;
  return {
    says,
    summary: `Roll back: ${says} for {for}`,
    description: `${capital(title)} {value}, {limit} for {for}, ${brought}.`,
  };
}

/** The limits of the rollback triggers by their names; a trigger without a limit is left out. */
export function triggerLimits(table: ThresholdTable, naming: SignalNaming): Record<string, TriggerLimit> {
  return Object.fromEntries(
    rollbackTriggers.flatMap(({ trigger, signal }): [string, TriggerLimit][] => {
      const { title, unit, rollback: limit } = table[signal];
      if (!limit) return [];
      const forSeconds = scaledBy(naming, limit.forSeconds ?? 0);
      return [[trigger, { unit, limit, forSeconds, ...wordsOf(title, signal === 'uptime') }]];
    }),
  );
}

/** The rule as one of its alerts is judged: a rollback trigger by its own limit. */
export function ruleOfAlert<Rule extends Pick<AlertRule, 'triggers'>>(
  rule: Rule,
  { labels }: { labels: Readonly<Record<string, string>> },
): Rule {
  const trigger = rule.triggers?.[labels.trigger ?? ''];
  if (!trigger) return rule;
  const { says: _, ...judged } = trigger;
  return { ...rule, ...judged, triggers: undefined };
}
