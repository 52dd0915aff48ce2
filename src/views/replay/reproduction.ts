import { labelsText } from '../../core/index.ts';
import type { RecordedTransition as Recorded } from '../../history/index.ts';

type Compared = Pick<Recorded, 'timeMs' | 'alert' | 'labels' | 'from' | 'to' | 'value'>;

/** Whether a replay of what is configured now gives what the loop recorded then. */
export type Reproduction = ReturnType<typeof reproductionOf>;

const lineOf = ({ timeMs, alert, labels, from, to, value }: Compared): string =>
  `${new Date(timeMs).toISOString()} ${alert}${labelsText(labels)} ${from} → ${to}${value === undefined ? '' : ` at ${value}`}`;

/** What is in the first list and not in the second, counting how often. */
function missing(all: readonly string[], from: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of from) left.set(line, (left.get(line) ?? 0) + 1);
  return all.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/**
 * Compares transitions one by one: time, alert, labels, states and value; their order within one millisecond is nothing.
 * What is in one and not in the other is said as text, oldest first.
 */
export function reproductionOf(recorded: readonly Compared[], replayed: readonly Compared[]) {
  const [before, again] = [recorded.map(lineOf).sort(), replayed.map(lineOf).sort()];
  return {
    recorded: before.length,
    replayed: again.length,
    onlyRecorded: missing(before, again),
    onlyReplayed: missing(again, before),
  };
}
