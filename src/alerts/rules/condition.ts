import { type Bound, holds, type LabelSet, labelKey } from '../../core/index.ts';
import { evaluateVector } from '../signals/algebra/evaluate.ts';
import type { Expression } from '../signals/algebra/expression.ts';
import { numberText, toPromQL } from '../signals/algebra/promql.ts';
import type { Element } from '../signals/algebra/select.ts';
import type { SampleSource } from '../signals/algebra/source.ts';

/** What must hold for a rule to count as breached, as plain data. */
export type RuleCondition =
  | { kind: 'bound'; expression: Expression; bound: Bound }
  /** `labels` are those of the series that is missing, as Prometheus gives them. */
  | { kind: 'absent'; expression: Expression; labels?: LabelSet }
  | { kind: 'all' | 'any'; of: readonly RuleCondition[] }
  /** Each for the labels that it has itself: what one says of a label set is not unknown because another says nothing. */
  | { kind: 'each'; of: readonly RuleCondition[] }
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
      return [{ labels: condition.labels ?? {}, state: isThere ? 'clear' : 'breached' }];
    }
    case 'all':
    case 'any':
      return join(
        condition.kind,
        condition.of.map((part) => judgeCondition(part, source, atMs)),
      );
    case 'each': {
      const results = condition.of.flatMap((part) => judgeCondition(part, source, atMs));
      return [...Map.groupBy(results, ({ labels }) => labelKey(labels)).values()].flatMap((same) => {
        const state = strongest.any.find((name) => same.some((result) => result.state === name));
        return same.find((result) => result.state === state) ?? [];
      });
    }
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

/** How an expression is written, which is as PromQL unless it is recorded under a name. */
type Write = (expression: Expression) => string;

/** Prometheus gives what is absent the labels that its selector asks for, and no others. */
function absentText(
  { expression, labels = {} }: Extract<RuleCondition, { kind: 'absent' }>,
  write: Write,
): string {
  const asked = expression.kind === 'gauge' ? expression.selector.matchers : [];
  const named = ([label]: [string, string]) => asked.some((one) => one.label === label);
  return Object.entries(labels)
    .filter((one) => !named(one))
    .reduce(
      (text, [label, value]) => `label_replace(${text}, "${label}", ${JSON.stringify(value)}, "", "")`,
      `absent(${write(expression)})`,
    );
}

/** The condition as the expression of a Prometheus rule: it has a value exactly while it is breached. */
export function conditionToPromQL(condition: RuleCondition, write: Write = toPromQL): string {
  switch (condition.kind) {
    case 'bound': {
      const { operator, value } = condition.bound;
      return `${write(condition.expression)} ${operator} ${numberText(value)}`;
    }
    case 'absent':
      return absentText(condition, write);
    case 'given':
      return conditionToPromQL(
        {
          kind: 'all',
          of: [...(condition.of.kind === 'all' ? condition.of.of : [condition.of]), condition.enough],
        },
        write,
      );
    case 'all':
    case 'any':
    case 'each': {
      const parts = condition.of.map((part) => {
        const text = conditionToPromQL(part, write);
        return part.kind === 'bound' || part.kind === 'absent' ? text : `(${text})`;
      });
      return parts.join(condition.kind === 'all' ? ' and ' : ' or ');
    }
  }
}
