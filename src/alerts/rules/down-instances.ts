import { lookBackMs } from '../signals/algebra/select.ts';
import { instanceKey, type SampleSource, type Series } from '../signals/algebra/source.ts';
import { instanceReleaseMetric } from '../signals/naming.ts';

/** The release that is judged, and when it was deployed. */
export interface JudgedRelease {
  release: string;
  timeMs: number;
}

/** What was seen so long before a deployment tells which instances there were, and what they said. */
export const seenBeforeMs = 3_600_000;

const newestOf = ({ points }: Series) => points.findLast(({ stale }) => !stale);

/** The release that each instance said last. */
export function releasesSaidLast(
  source: SampleSource,
  fromMs: number,
  atMs: number,
): Map<string, string | undefined> {
  const said = source.newest?.(instanceReleaseMetric, [], fromMs, atMs);
  const series = said ?? source.series(instanceReleaseMetric, [], fromMs, atMs);
  const inOrder = series.toSorted((a, b) => (newestOf(a)?.timeMs ?? 0) - (newestOf(b)?.timeMs ?? 0));
  return new Map(inOrder.map((one) => [instanceKey(one), one.labels.release]));
}

/**
 * Whether all that is down are instances that never ran this release: they said another one last, or answered before the
 * deployment and never said this one. False where a service has no instance that answers, and where nobody says a release.
 */
export function isDownOutsideRelease(
  source: SampleSource,
  services: string,
  { release, timeMs }: JudgedRelease,
  atMs: number,
): boolean {
  const ofServices = [{ label: 'job', operator: '=~', value: services }] as const;
  const isThere = ({ points }: Series): boolean => points.length > 0 && !points.at(-1)?.stale;
  const ups = source.series('up', ofServices, atMs - lookBackMs, atMs).filter(isThere);
  const isDown = (one: Series): boolean => newestOf(one)?.value === 0;
  const down = ups.filter(isDown);
  const isAnswering = (service: string | undefined) =>
    ups.some((one) => one.labels.service === service && !isDown(one));
  if (down.length === 0 || !down.every(({ labels }) => isAnswering(labels.service))) return false;
  const said = releasesSaidLast(source, timeMs - seenBeforeMs, atMs);
  const earlier = source.series('up', ofServices, timeMs - seenBeforeMs, timeMs);
  const answeredBefore = new Set(
    earlier.filter(({ points }) => points.some(({ value }) => value === 1)).map(instanceKey),
  );
  return down.every((one) => {
    const last = said.get(instanceKey(one));
    if (last !== undefined) return last !== release;
    return said.size > 0 && answeredBefore.has(instanceKey(one));
  });
}
