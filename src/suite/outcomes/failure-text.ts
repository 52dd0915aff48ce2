import { formatAgainst, formatValue, isMet } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';

type Failure = Pick<CheckOutcome, 'id' | 'title' | 'reason' | 'measurements'>;

/** The first line of a message as the middle of a sentence. */
function firstLine(text: string, most: number): string {
  const line = (text.split('\n', 1)[0] ?? '').trim().replace(/[.:;\s]+$/, '');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/**
 * A check that did not pass in a few words, with value and limit where a limit is missed: `C10 throughput 8.4/s
 * (limit 10/s)`, `http:/health: status 503, expected 200`, `H01 critical components loaded: htdag is not loaded`. `shown` is its name where the id is a path.
 */
export function failureText({ id, title, reason, measurements }: Failure, shown = id): string {
  const missed = measurements.find((measurement) => !isMet(measurement));
  // How many faults there were says less than the first of them.
  if (missed?.unit === 'count' && missed.bound?.value === 0 && missed.note)
    return `${shown}: ${firstLine(missed.note, 160)}`;
  if (missed?.bound) {
    const { name, value, unit, bound } = missed;
    return `${shown} ${name} ${formatAgainst(value, bound.value, unit)} (limit ${formatValue(bound.value, unit)})`;
  }
  // A path ends with the title already.
  const name = shown === id && !id.endsWith(title) ? `${id} ${title}` : shown;
  return reason ? `${name}: ${firstLine(reason, 160)}` : `${name} failed`;
}
