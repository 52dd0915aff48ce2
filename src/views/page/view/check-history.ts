import { savedState, type TimedExchange } from '../../../monitor/index.ts';
import { type CheckPlace, locateCheck, type Outcome } from '../../../suite/index.ts';
import type { PageSource } from '../facts.ts';

/** More cycles are not sent: 48h at 30 s. */
const mostCycles = 6000;
const hourMs = 3_600_000;

type CyclePoint = [timeMs: number, outcome: Outcome, value: number | null, limit: number | null];

const withTrace = (exchange: TimedExchange, { traceUrl }: PageSource) => ({
  ...exchange,
  trace: exchange.traceId === undefined ? undefined : traceUrl?.(exchange.traceId),
});

/** What a check asked when it failed, what tells most first; beside each the last good answer of the same address. */
function askedBy(source: PageSource, id: string) {
  const { bad = [], good = [] } = savedState(source.history, 'exchanges')?.[id] ?? {};
  return bad.map((failed) => {
    const before = good.find(({ method, url }) => method === failed.method && url === failed.url);
    return { failed: withTrace(failed, source), good: before && withTrace(before, source) };
  });
}

/** All that there is to see of a check when it is opened: its cycles, its turns, its whole message, and where it stands. */
export function checkHistory(source: PageSource, id: string, hours: number, nowMs: number) {
  const { history } = source;
  const cycles = history.checkCycles(id, { fromMs: nowMs - hours * hourMs, toMs: nowMs }, mostCycles);
  const newest = (source.status().last?.outcomes ?? history.latestCycle()?.outcomes ?? []).find(
    (check) => check.id === id,
  );
  const place: CheckPlace | undefined = source.suite && locateCheck(id, source.suite);
  return {
    id,
    ...history.checkTurns(id),
    /** The newest first: when, outcome, value and limit where there are any. */
    cycles: cycles.map(
      ({ timeMs, outcome, value, limit }): CyclePoint => [timeMs, outcome, value ?? null, limit ?? null],
    ),
    asked: askedBy(source, id),
    /** Whole, as the suite gave it. */
    message: newest?.reason,
    place,
  };
}

export type OpenedCheck = ReturnType<typeof checkHistory>;
