import { xmlText } from '../../core/index.ts';
import { type GateCondition, shownValues } from './condition.ts';
import type { Answer } from './gate.ts';

function properties(condition: GateCondition): string[] {
  const { value, limit } = shownValues(condition);
  const { outcome, value: raw, unit, detail } = condition;
  const rows = Object.entries({ outcome, value: raw, unit, shown: value, limit, detail });
  const isSaid = ([name, text]: (typeof rows)[number]) =>
    name === 'detail' || (text !== undefined && text !== '');
  return [
    '      <properties>',
    ...rows
      .filter(isSaid)
      .map(([name, text]) => `        <property name="${name}" value="${xmlText(String(text))}"/>`),
    '      </properties>',
  ];
}

/**
 * Unknown is an error and never a skip: a reader that counts skips as harmless must not take it for one. What is not
 * configured is one.
 */
function elementOf({ outcome, detail, next }: GateCondition): string[] {
  if (outcome === 'pass') return [];
  if (outcome === 'not configured' || outcome === 'advisory')
    return [`      <skipped message="${xmlText(detail)}"/>`];
  const element = outcome === 'fail' ? 'failure' : 'error';
  const text = next ? `${detail}; next: ${next}` : detail;
  return [`      <${element} type="${outcome}" message="${xmlText(detail)}">${xmlText(text)}</${element}>`];
}

/** The conditions as JUnit: one case each, a failed one with `<failure>`, an unknown one with `<error>`. */
export function junitReport({ decision }: Answer): string {
  const { conditions, to, atMs, verdict, override } = decision;
  const count = (outcome: string) => conditions.filter((condition) => condition.outcome === outcome).length;
  const totals = `tests="${conditions.length}" failures="${count('fail')}" errors="${count('unknown')}"`;
  const said = override ? `${verdict}, overridden by ${override.by}: ${override.reason}` : verdict;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vigil gate" ${totals}>`,
    `  <testsuite name="gate to ${to} %" ${totals} skipped="${count('not configured') + count('advisory')}" timestamp="${new Date(atMs).toISOString()}">`,
    '    <properties>',
    `      <property name="verdict" value="${xmlText(said)}"/>`,
    `      <property name="next" value="${xmlText(decision.next)}"/>`,
    '    </properties>',
    ...conditions.flatMap((condition) => [
      `    <testcase classname="vigil.gate" name="${xmlText(condition.title)}">`,
      ...properties(condition),
      ...elementOf(condition),
      '    </testcase>',
    ]),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}
