import type { Coverage, HistoryReader } from '../../../history/index.ts';
import type { Outcome } from '../../../suite/index.ts';

/** One place of a strip: half an hour. */
export const stripStepMs = 30 * 60_000;
const spanMs = 48 * 3_600_000;

/** What a place shows: the worst of its cycles. `m` is a slot without a cycle, ` ` nothing that was due. */
export type StripMark = 'f' | 'u' | 'm' | 'p' | 's' | ' ';

/** A check's last 48 hours: marks from the place `firstMs` on, and how many cycles came to what. */
export interface StripView {
  firstMs: number;
  marks: string;
  counts: Record<Outcome, number>;
  missed: number;
}

type Counts = Record<Outcome, number>;

const none = (): Counts => ({ pass: 0, fail: 0, unknown: 0, skipped: 0 });

/** Slots without a cycle by place; a gap counts for every place that it touches. */
function missedPlaces({ gaps }: Pick<Coverage, 'gaps'>, first: number, last: number): Set<number> {
  const places = new Set<number>();
  for (const { fromMs, toMs } of gaps) {
    const end = Math.min(last, Math.ceil(toMs / stripStepMs) - 1);
    for (let place = Math.max(first, Math.floor(fromMs / stripStepMs)); place <= end; place += 1)
      places.add(place);
  }
  return places;
}

function markOf(counts: Counts | undefined, isMissed: boolean): StripMark {
  if (counts && counts.fail > 0) return 'f';
  if (counts && counts.unknown > 0) return 'u';
  if (isMissed) return 'm';
  if (counts && counts.pass > 0) return 'p';
  return counts && counts.skipped > 0 ? 's' : ' ';
}

/** The outcomes of every check by place, and the newest cycle among them. */
function countedFrom(history: HistoryReader, first: number, nowMs: number) {
  const places = new Map<string, Map<number, Counts>>();
  const range = { fromMs: first * stripStepMs, toMs: nowMs };
  for (const { check, bucket, outcome, count } of history.outcomeCounts(range, stripStepMs)) {
    const ofCheck = places.get(check) ?? new Map<number, Counts>();
    const counts = ofCheck.get(bucket) ?? none();
    counts[outcome] += count;
    places.set(check, ofCheck.set(bucket, counts));
  }
  return { first, newest: history.latestCycle()?.id, places };
}

/** Opens the strips of all checks up to now; they are counted again when a cycle or half an hour has ended. */
export function openStrips(history: HistoryReader) {
  let counted: ReturnType<typeof countedFrom> | undefined;
  return (coverage: Pick<Coverage, 'gaps' | 'missed'>, nowMs: number): Map<string, StripView> => {
    const last = Math.floor(nowMs / stripStepMs);
    const first = Math.floor((nowMs - spanMs) / stripStepMs) + 1;
    if (counted?.first !== first || counted.newest !== history.latestCycle()?.id)
      counted = countedFrom(history, first, nowMs);
    const missed = missedPlaces(coverage, first, last);
    const views = [...counted.places].map(([check, places]): [string, StripView] => {
      const counts = none();
      for (const here of places.values())
        for (const outcome of Object.keys(counts) as Outcome[]) counts[outcome] += here[outcome];
      let marks = '';
      for (let place = first; place <= last; place += 1)
        marks += markOf(places.get(place), missed.has(place));
      return [check, { firstMs: first * stripStepMs, marks, counts, missed: coverage.missed }];
    });
    return new Map(views);
  };
}
