import type { Coverage, HistoryReader } from '../../../history/index.ts';
import type { Outcome } from '../../../suite/index.ts';

/** One place of a strip: half an hour. */
export const stripStepMs = 30 * 60_000;
const spanMs = 48 * 3_600_000;

/** What a place shows: the worst of its cycles. `m` is a slot without a cycle, ` ` nothing that was due. */
export type Mark = 'f' | 'u' | 'm' | 'p' | 's' | ' ';

/** A check's last 48 hours: marks from the place `firstMs` on, and how many cycles came to what. */
export interface StripView {
  firstMs: number;
  marks: string;
  counts: Record<Outcome, number>;
  missed: number;
}

type Counts = Record<Outcome, number>;
type Bucket = Map<string, Counts>;

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

function markOf(counts: Counts | undefined, isMissed: boolean): Mark {
  if (counts && counts.fail > 0) return 'f';
  if (counts && counts.unknown > 0) return 'u';
  if (isMissed) return 'm';
  if (counts && counts.pass > 0) return 'p';
  return counts && counts.skipped > 0 ? 's' : ' ';
}

export interface StripCache {
  /** The strips of all checks up to now; only what is new since the last call is read. */
  read(coverage: Pick<Coverage, 'gaps' | 'missed'>, nowMs: number): Map<string, StripView>;
}

/** Opens the cache of the checks' strips; a place whose time is long over is counted once. */
export function openStrips(history: HistoryReader): StripCache {
  const buckets = new Map<number, Bucket>();
  let nextPlace = 0;
  let newest: string | undefined;

  const readFrom = (place: number, toMs: number) => {
    for (const known of buckets.keys()) if (known >= place) buckets.delete(known);
    const counted = history.outcomeCounts({ fromMs: place * stripStepMs, toMs }, stripStepMs);
    for (const { check, bucket, outcome, count } of counted) {
      const ofBucket = buckets.get(bucket) ?? new Map<string, Counts>();
      buckets.set(bucket, ofBucket);
      const counts = ofBucket.get(check) ?? none();
      ofBucket.set(check, counts);
      counts[outcome] += count;
    }
  };

  return {
    read(coverage, nowMs) {
      const last = Math.floor(nowMs / stripStepMs);
      const first = Math.floor((nowMs - spanMs) / stripStepMs) + 1;
      const cycle = history.latestCycle()?.id;
      if (cycle !== newest || last >= nextPlace) {
        // A cycle is recorded when it has ended, under the time at which it began.
        readFrom(Math.max(first, nextPlace - 2), nowMs);
        nextPlace = last + 1;
        newest = cycle;
        for (const known of buckets.keys()) if (known < first) buckets.delete(known);
      }
      const missed = missedPlaces(coverage, first, last);
      const checks = new Set([...buckets.values()].flatMap((bucket) => [...bucket.keys()]));
      return new Map(
        [...checks].map((check) => {
          const counts = none();
          let marks = '';
          for (let place = first; place <= last; place += 1) {
            const here = buckets.get(place)?.get(check);
            for (const outcome of Object.keys(counts) as Outcome[]) counts[outcome] += here?.[outcome] ?? 0;
            marks += markOf(here, missed.has(place));
          }
          return [check, { firstMs: first * stripStepMs, marks, counts, missed: coverage.missed }];
        }),
      );
    },
  };
}
