import { type CheckDefinition, printable, type Style } from '../core/index.ts';
import type { DrillReport, ScenarioMark, ScenarioResult } from './drill-documents.ts';
import { isProven } from './judge-scenario.ts';

/** One sign per mark; the sign alone carries the meaning, the colour helps. */
export const signs: Record<ScenarioMark, string> = {
  detected: '●',
  collateral: '○',
  missed: 'M',
  stray: '!',
  green: '·',
  skipped: '-',
};

export const legend = '● detected  ○ collateral, allowed  M missed  ! stray  · green  - not declared';

const nameWidth = 24;

function coloured(mark: ScenarioMark, style: Style): string {
  const sign = signs[mark];
  if (mark === 'detected') return style.green(sign);
  if (mark === 'missed' || mark === 'stray') return style.bold(style.red(sign));
  return mark === 'collateral' ? style.yellow(sign) : style.dim(sign);
}

/** Columns grouped as the catalogue is, with a gap between the groups. */
function columns<T>(catalogue: readonly CheckDefinition[], cell: (check: CheckDefinition) => T): T[][] {
  const groups = [...new Set(catalogue.map(({ group }) => group))];
  return groups.map((group) => catalogue.filter((check) => check.group === group).map(cell));
}

/** The line that is shown as soon as a scenario has been judged. */
export function resultLine(
  result: ScenarioResult,
  catalogue: readonly CheckDefinition[],
  style: Style,
): string {
  const marks = new Map(result.checks.map(({ id, mark }) => [id, mark]));
  const cells = columns(catalogue, ({ id }) => {
    const mark = marks.get(id);
    return mark ? coloured(mark, style) : ' ';
  });
  const end = result.impossible
    ? style.yellow('not injected')
    : isProven(result)
      ? style.green('✓')
      : style.red('✗');
  const said = result.again ? ' again, alone' : '';
  const name = printable(result.name)
    .slice(0, nameWidth - 1)
    .padEnd(nameWidth);
  return `  ${name}${cells.map((group) => group.join('')).join(' ')}  ${style.dim(`${result.seconds.toFixed(0).padStart(3)} s`)} ${end}${style.dim(said)}`;
}

/** The ids over their columns, read downwards. */
export function matrixHeader(catalogue: readonly CheckDefinition[]): string[] {
  return [0, 1, 2].map((place) => {
    const cells = columns(catalogue, ({ id }) => id[place] ?? ' ');
    return `  ${' '.repeat(nameWidth)}${cells.map((group) => group.join('')).join(' ')}`;
  });
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;

function healthySentence({ cycles, falseCycles, falseRate, falseRateUpper95 }: Healthy): string {
  const bound = `${percent(falseRate)}, at most ${percent(falseRateUpper95)} with 95 % confidence`;
  return `${cycles} healthy cycle${cycles === 1 ? '' : 's'}, ${falseCycles} with a false failure (${bound})`;
}

type Healthy = NonNullable<DrillReport['healthy']>;

/** The end of the drill for a person: what was proven, what must be looked at. */
export function renderDrill(report: DrillReport, style: Style): string {
  const { summary, healthy, verdict } = report;
  const colour = verdict === 'pass' ? style.green : verdict === 'fail' ? style.red : style.yellow;
  const proven = `${summary.proven} of ${summary.checks} checks proven able to fail, ${summary.missed} missed, ${summary.strays} strays, ${summary.scenarios} faults`;
  const said = [...(summary.scenarios > 0 ? [proven] : []), ...(healthy ? [healthySentence(healthy)] : [])];
  return `${[
    '',
    ...(summary.scenarios > 0 ? [`  ${style.dim(legend)}`, ''] : []),
    ...report.findings.map((finding) => `  ${style.red('!')} ${printable(finding)}`),
    ...(report.findings.length > 0 ? [''] : []),
    `${style.bold(colour(verdict.toUpperCase()))}  ${said.join('; ')}, in ${Math.round(report.seconds)} s`,
  ].join('\n')}\n`;
}
