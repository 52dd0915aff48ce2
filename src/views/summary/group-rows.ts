import { oneLine, type Style, signOf } from '../../core/index.ts';
import { type CheckOutcome, isMeantSkip } from '../../suite/index.ts';

const titles: Record<string, string> = {
  slo: 'SLO baselines',
  monitoring: 'continuous monitoring',
  rollback: 'rollback triggers',
};

const worst = ['fail', 'unknown', 'pass', 'skipped'] as const;

/** A check with its title, where its name is not a path that ends so. */
const nameOf = ({ id, shown = id, title }: CheckOutcome): string =>
  shown.endsWith(title) ? shown : `${shown} ${title}`;

const listed = (word: string, checks: readonly CheckOutcome[]): string =>
  checks.length > 0 ? `${word}: ${checks.map(nameOf).join(', ')}` : '';

/** One row per group: its worst outcome, how many passed, how long it took, what was left out. */
export function groupRows(outcomes: readonly CheckOutcome[], style: Style): string[] {
  const groups = [...new Set(outcomes.map(({ group }) => group))];
  const width = Math.max(...groups.map((group) => Math.min((titles[group] ?? group).length, 40)), 10) + 2;
  return groups.map((group) => {
    const members = outcomes.filter((check) => check.group === group);
    const of = (outcome: string) => members.filter((check) => check.outcome === outcome);
    const judged = members.length - of('skipped').length;
    const state = worst.find((outcome) => of(outcome).length > 0) ?? 'unknown';
    const seconds = members.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / 1000;
    const note = [
      listed(
        'not declared',
        of('skipped').filter((check) => !isMeantSkip(check)),
      ),
      listed('skipped', of('skipped').filter(isMeantSkip)),
    ]
      .filter(Boolean)
      .join('; ');
    const counted = `${String(of('pass').length).padStart(2)} of ${String(judged).padStart(2)}`;
    const shown = oneLine(titles[group] ?? group)
      .slice(0, 40)
      .padEnd(width);
    return `  ${signOf(state, style)} ${shown}${counted}  ${`${seconds.toFixed(1)} s`.padStart(7)}  ${style.dim(oneLine(note))}`.trimEnd();
  });
}
