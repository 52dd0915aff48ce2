import { median, quantile } from '../src/core/index.ts';
import { type Outcome, others, type Policy, type Verdict } from './play.ts';

const policies: readonly Policy[] = ['vigil', ...others];

const titles: Record<Policy, string> = {
  vigil: 'Vigil',
  smoke: 'one smoke run',
  flagger: 'rules as Flagger’s',
  argo: 'analysis as Argo’s',
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const numberOf = (value: number | undefined, unit = ''): string =>
  value === undefined || Number.isNaN(value) ? '–' : `${Math.round(value * 10) / 10}${unit}`;
const middle = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : median([...values]);

/** A decision that serves the users: a bad release does not get all of the traffic, a healthy one does. */
export const isRight = ({ bad, verdicts }: Outcome, policy: Policy = 'vigil'): boolean =>
  (verdicts[policy]?.decision === 'promoted') !== bad;

function summary(outcomes: readonly Outcome[], policy: Policy): string[] {
  const bad = outcomes.filter((one) => one.bad);
  const healthy = outcomes.filter((one) => !one.bad);
  const of = (from: readonly Outcome[]): Verdict[] => from.flatMap(({ verdicts }) => verdicts[policy] ?? []);
  const count = (from: readonly Outcome[], decision: string) =>
    `${of(from).filter((one) => one.decision === decision).length} of ${from.length}`;
  const found = bad.filter(({ verdicts }) => verdicts[policy]?.decision !== 'promoted');
  const seconds = of(found).flatMap((one) => one.seconds ?? []);
  const users = of(bad).map((one) => one.users);
  return [
    titles[policy],
    count(bad, 'promoted'),
    count(bad, 'held'),
    count(bad, 'rolled back'),
    numberOf(middle(seconds), ' s'),
    numberOf(middle(of(found).flatMap(({ cycles }) => cycles ?? []))),
    numberOf(middle(of(found).flatMap(({ rollbackSeconds }) => rollbackSeconds ?? [])), ' s'),
    users.length === 0 ? '–' : `${percent(middle(users) ?? 0)}, ${percent(quantile([...users], 0.9))}`,
    `${of(bad).filter(({ namesCause }) => namesCause).length} of ${bad.length}`,
    `${of(healthy).filter(({ wasHalted }) => wasHalted).length} of ${healthy.length}`,
    count(healthy, 'held'),
    count(healthy, 'rolled back'),
  ];
}

const madeWords = { tuned: 'tuned on', outside: 'from outside' } as const;

/** What each policy came to over all releases, and Vigil on those that it was tuned on and on the others. */
export function summaryTable(outcomes: readonly Outcome[]): string {
  const head = [
    'policy',
    'bad promoted',
    'bad held',
    'bad rolled back',
    'time to “do not go on”, median',
    'cycles to it, median',
    'time to the rollback, median',
    'users who met the fault, median and P90',
    'cause named',
    'healthy, told to wait meanwhile',
    'healthy held',
    'healthy rolled back',
  ];
  const parts = (['tuned', 'outside'] as const)
    .map((made) => ({ made, outcomes: outcomes.filter((one) => one.made === made) }))
    .filter((part) => part.outcomes.length > 0);
  const rows = [
    ...policies.map((one) => summary(outcomes, one)),
    ...parts.map((part) => [
      `Vigil, those ${madeWords[part.made]}`,
      ...summary(part.outcomes, 'vigil').slice(1),
    ]),
  ];
  return [head, head.map(() => '---'), ...rows].map(row).join('\n');
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 160);

/** Every release with what each policy decided; what was wrong is bold. */
export function releasesTable(outcomes: readonly Outcome[]): string {
  const head = ['release', 'what it does', ...policies.map((one) => titles[one]), 'Vigil’s first line'];
  const decided = (one: Outcome, policy: Policy) => {
    const decision = one.verdicts[policy]?.decision ?? '–';
    return isRight(one, policy) ? decision : `**${decision}**`;
  };
  const rows = outcomes.map((one) =>
    row([
      `${one.name}${one.made === 'outside' ? ' °' : ''}`,
      escaped(one.what),
      ...policies.map((policy) => decided(one, policy)),
      escaped(one.verdicts.vigil.line),
    ]),
  );
  return [row(head), row(head.map(() => '---')), ...rows].join('\n');
}
