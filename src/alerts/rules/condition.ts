import { type Bound, holds, type LabelSet, labelKey } from '../../core/index.ts';
import { evaluateVector } from '../signals/algebra/evaluate.ts';
import type { Expression } from '../signals/algebra/expression.ts';
import { numberText, toPromQL } from '../signals/algebra/promql.ts';
import type { Element } from '../signals/algebra/select.ts';
import type { SampleSource } from '../signals/algebra/source.ts';

/** What must hold for a rule to count as breached, as plain data. */
export type RuleCondition =
  | { kind: 'bound'; expression: Expression; bound: Bound }
  | { kind: 'absent'; expression: Expression }
  | { kind: 'all' | 'any'; of: readonly RuleCondition[] }
  /** A breach is unknown unless `enough` is met for the same labels. */
  | { kind: 'given'; of: RuleCondition; enough: RuleCondition };

/** What a condition is for one label set; of the unknown nothing may be concluded. */
export interface ConditionResult {
  labels: LabelSet;
  state: 'breached' | 'clear' | 'unknown';
  value?: number | undefined;
}

function ofElement({ labels, value }: Element, bound: Bound): ConditionResult {
  if (Number.isNaN(value)) return { labels, state: 'unknown' };
  return { labels, state: holds(bound, value) ? 'breached' : 'clear', value };
}

const strongest = {
  any: ['breached', 'unknown', 'clear'],
  all: ['clear', 'unknown', 'breached'],
} as const;

/** Of several results for the same labels: `any` is breached by one, `all` is cleared by one, the rest is unknown before it is certain. */
function join(kind: 'all' | 'any', sides: readonly ConditionResult[][]): ConditionResult[] {
  const keys = new Map(sides.flat().map(({ labels }) => [labelKey(labels), labels]));
  return [...keys].map(([key, labels]) => {
    const results = sides.map(
      (side): ConditionResult =>
        side.find((one) => labelKey(one.labels) === key) ?? { labels, state: 'unknown' },
    );
    const state =
      strongest[kind].find((name) => results.some((result) => result.state === name)) ?? 'unknown';
    const value = results.find((result) => result.state === state && result.value !== undefined)?.value;
    return { labels, state, value };
  });
}

/**
 * Judges a condition at an instant, for each label set that has data; one unknown result without labels when
 * nothing has. 0 ÷ 0 is unknown: there was nothing to judge. RangeError as `evaluateVector`.
 */
export function judgeCondition(
  condition: RuleCondition,
  source: SampleSource,
  atMs: number,
): ConditionResult[] {
  switch (condition.kind) {
    case 'bound': {
      const elements = evaluateVector(condition.expression, source, atMs);
      if (elements.length === 0) return [{ labels: {}, state: 'unknown' }];
      return elements.map((element) => ofElement(element, condition.bound));
    }
    case 'absent': {
      const isThere = evaluateVector(condition.expression, source, atMs).length > 0;
      return [{ labels: {}, state: isThere ? 'clear' : 'breached' }];
    }
    case 'all':
    case 'any':
      return join(
        condition.kind,
        condition.of.map((part) => judgeCondition(part, source, atMs)),
      );
    case 'given': {
      const enough = judgeCondition(condition.enough, source, atMs).filter(
        ({ state }) => state === 'breached',
      );
      const labels = new Set(enough.map((result) => labelKey(result.labels)));
      return judgeCondition(condition.of, source, atMs).map((result) =>
        result.state === 'breached' && !labels.has(labelKey(result.labels))
          ? { ...result, state: 'unknown' }
          : result,
      );
    }
  }
}

/** The condition as the expression of a Prometheus rule: it has a value exactly while it is breached. */
export function conditionToPromQL(condition: RuleCondition): string {
  switch (condition.kind) {
    case 'bound': {
      const { operator, value } = condition.bound;
      return `${toPromQL(condition.expression)} ${operator} ${numberText(value)}`;
    }
    case 'absent':
      return `absent(${toPromQL(condition.expression)})`;
    case 'given':
      return conditionToPromQL({ kind: 'all', of: [condition.of, condition.enough] });
    case 'all':
    case 'any': {
      const parts = condition.of.map((part) => {
        const text = conditionToPromQL(part);
        return part.kind === 'bound' || part.kind === 'absent' ? text : `(${text})`;
      });
      return parts.join(condition.kind === 'all' ? ' and ' : ' or ');
    }
  }
}
