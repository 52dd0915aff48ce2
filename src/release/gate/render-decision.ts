import { oneLine, type Style, signOf, wrapped } from '../../core/index.ts';
import { type GateCondition, isOpen, isoTime, shownValues } from './condition.ts';
import type { GateVerdict } from './decide.ts';
import type { Answer } from './gate.ts';

export interface DecisionStyle {
  style: Style;
  width: number;
}

function rowsOf(conditions: readonly GateCondition[], { style, width }: DecisionStyle): string[] {
  const titleWidth = Math.max(...conditions.map(({ title }) => title.length)) + 2;
  const indent = ' '.repeat(titleWidth + 26);
  const said = new Set<string>();
  return conditions.flatMap((condition) => {
    const { value, limit } = shownValues(condition);
    const columns = `${value.padEnd(11)}${limit.padEnd(11)}`;
    const head = `  ${signOf(condition.outcome, style)} ${condition.title.padEnd(titleWidth)}${columns}`;
    const [first = '', ...more] = wrapped(oneLine(condition.detail), '', Math.max(30, width - indent.length));
    const lines = [
      `${head}${style.dim(first)}`.trimEnd(),
      ...more.map((line) => `${indent}${style.dim(line)}`),
    ];
    // What mends several is said once.
    if (!isOpen(condition) || !condition.next || said.has(condition.next)) return lines;
    said.add(condition.next);
    return [...lines, ...wrapped(oneLine(`→ ${condition.next}`), '    ', width)];
  });
}

const verdicts: Record<GateVerdict, (style: Style) => string> = {
  pass: (style) => style.bold(style.green('PASS')),
  fail: (style) => style.bold(style.red('FAIL')),
  inconclusive: (style) => style.bold(style.yellow('INCONCLUSIVE')),
};

/** The decision for a person at a terminal: the verdict, what to do, when to ask again, every condition, what it proves. */
export function renderDecision({ decision, evidence }: Answer, shown: DecisionStyle): string {
  const { style, width } = shown;
  const { from, to, verdict, conditions, override } = decision;
  const count = (outcome: string) => conditions.filter((condition) => condition.outcome === outcome).length;
  const counts = [
    `${count('pass')} of ${conditions.length} conditions met`,
    ...(count('fail') > 0 ? [`${count('fail')} failed`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} unknown`] : []),
    ...(count('advisory') > 0 ? [`${count('advisory')} advisory`] : []),
    ...(count('not configured') > 0 ? [`${count('not configured')} not configured`] : []),
  ];
  const release = evidence.recorded.deployment?.release ?? 'no release';
  return `${[
    '',
    `${verdicts[verdict](style)}  ${style.bold('Vigil gate')}  ${oneLine(release)} from ${from} % to ${to} %  ${style.dim(isoTime(decision.atMs))}`,
    counts.join(', '),
    ...wrapped(oneLine(decision.next), '', width),
    ...(override
      ? wrapped(style.bold(`OVERRIDDEN by ${oneLine(override.by)}: ${oneLine(override.reason)}`), '', width)
      : []),
    '',
    ...rowsOf(conditions, shown),
    '',
    ...wrapped(style.dim(`What this proves: ${decision.proves}`), '', width),
  ].join('\n')}\n`;
}
