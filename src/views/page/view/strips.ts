import type { Coverage, CycleReader } from '../../../history/index.ts';
import type { Outcome } from '../../../suite/index.ts';

/** One place of a strip: half an hour. */
export const stripStepMs = 30 * 60_000;
/** Places of 48h. */
const length = 96;

type Counts = Record<Outcome, number>;

/** A check's last 48 hours: a mark a place, and how many cycles came to what. */
export interface StripView {
  /** The worst of a place's cycles: `f`, `u`, `p`, `s`; `m` is a slot without a cycle, ` ` nothing that was due. */
  marks: string;
  counts: Counts;
  missed: number;
}

const none = (): Counts => ({ pass: 0, fail: 0, unknown: 0, skipped: 0 });

function markOf(counts: Counts, isMissed: boolean): string {
  if (counts.fail > 0) return 'f';
  if (counts.unknown > 0) return 'u';
  if (isMissed) return 'm';
  if (counts.pass > 0) return 'p';
  return counts.skipped > 0 ? 's' : ' ';
}

/** The outcomes of every check, by place and in total. */
function countedFrom(history: CycleReader, first: number, nowMs: number) {
  const checks = new Map<string, { places: Counts[]; counts: Counts }>();
  const range = { fromMs: first * stripStepMs, toMs: nowMs };
  for (const { check, bucket, outcome, count } of history.outcomeCounts(range, stripStepMs)) {
    const known = checks.get(check) ?? { places: Array.from({ length }, none), counts: none() };
    checks.set(check, known);
    const place = known.places[bucket - first];
    if (place) place[outcome] += count;
    known.counts[outcome] += count;
  }
  return checks;
}

/** Opens the strips of all checks up to now; they are counted again when a cycle or half an hour has ended. */
export function openStrips(history: CycleReader) {
  let counted: { key: string; checks: ReturnType<typeof countedFrom> } | undefined;
  return ({ gaps, missed }: Pick<Coverage, 'gaps' | 'missed'>, nowMs: number): Map<string, StripView> => {
    const first = Math.floor(nowMs / stripStepMs) - length + 1;
    const key = `${first} ${history.latestCycle()?.id}`;
    if (counted?.key !== key) counted = { key, checks: countedFrom(history, first, nowMs) };
    const isMissed = Array.from({ length }, (_, place) => {
      const fromMs = (first + place) * stripStepMs;
      return gaps.some((gap) => gap.fromMs < fromMs + stripStepMs && gap.toMs > fromMs);
    });
    const strips = new Map<string, StripView>();
    for (const [check, { places, counts }] of counted.checks) {
      const marks = places.map((place, index) => markOf(place, isMissed[index] === true)).join('');
      strips.set(check, { marks, counts, missed });
    }
    return strips;
  };
}
