import type { JUnitCase } from '../junit/index.ts';
import type { CaseEvent } from '../run/index.ts';
import type { CheckOutcome } from './check-outcome.ts';

/** The outcome of a case nobody catalogued, by its report and, where there is one, the stream. */
export function judgeBareCase(
  entry: JUnitCase,
  stream: ReadonlyMap<string, CaseEvent> | undefined,
): CheckOutcome {
  const group = entry.suites.at(-1) ?? entry.classname ?? entry.file ?? 'suite';
  const event = stream?.get(entry.name);
  const base = {
    id: entry.classname && entry.classname !== entry.name ? `${entry.classname} › ${entry.name}` : entry.name,
    title: entry.name,
    group,
    measurements: event?.measurements ?? [],
    ...(entry.timeSeconds !== undefined && { durationMs: entry.timeSeconds * 1000 }),
  };
  const said = [...entry.failures.map(({ message, text }) => message || text), entry.skip?.message].find(
    Boolean,
  );
  if (entry.outcome === 'failed' || entry.outcome === 'errored') {
    return { ...base, outcome: 'fail', executed: true, reason: said ?? 'failed without a message' };
  }
  if (entry.outcome === 'skipped') {
    return { ...base, outcome: 'unknown', executed: false, reason: `skipped${said ? `: ${said}` : ''}` };
  }
  if (stream && event?.state !== 'passed') {
    return { ...base, outcome: 'unknown', executed: false, reason: 'the run never said that it ended well' };
  }
  return { ...base, outcome: 'pass', executed: true };
}
