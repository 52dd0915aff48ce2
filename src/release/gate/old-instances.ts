import {
  instanceKey,
  instanceReleaseMetric,
  lookBackMs,
  releasesSaidLast,
  type SampleSource,
  type Series,
  seenBeforeMs,
} from '../../alerts/index.ts';
import { freshPoints } from './answer-kinds.ts';
import type { InstanceQuestion } from './instance-question.ts';

/** An instance of another release that does not answer now. */
export interface DownInstance {
  instance: string;
  /** What it said last. */
  release: string;
  /** Since when it has not answered. */
  sinceMs: number;
  /** Whether it was down and answered again within the window. */
  cameBack: boolean;
  /** Its scrapes of the window, and how many of them it answered. */
  scrapes: number;
  up: number;
}

/** The instances of a service that run other releases than the deployed one. */
export interface OldInstances {
  service: string;
  count: number;
  down: DownInstance[];
  /** Whether every other instance answers, all of the release among them. */
  isRestUp: boolean;
  /** When an instance last came to the release from another one; `undefined` where none did. */
  replacedMs: number | undefined;
}

/** Further back is not looked for when one was last up. */
const furthestMs = 6 * 3_600_000;

const newestOf = (series: Series) => freshPoints(series).at(-1);
const isDown = ({ value }: { value: number }): boolean => value === 0;

function downInstance(series: Series, release: string, { window }: InstanceQuestion): DownInstance[] {
  const points = freshPoints(series);
  const gone = points[points.findLastIndex((point) => !isDown(point)) + 1];
  if (!gone) return [];
  const within = points.filter(({ timeMs }) => timeMs >= window.fromMs && timeMs <= window.toMs);
  const cameBack = within.some((point, index) => {
    const before = within[index - 1];
    return before !== undefined && isDown(before) && !isDown(point);
  });
  return [
    {
      instance: series.labels.instance ?? '',
      release,
      sinceMs: gone.timeMs,
      cameBack,
      scrapes: within.length,
      up: within.filter((point) => !isDown(point)).length,
    },
  ];
}

/** When one of these instances last came to the release after it had said another one. */
function replacedMs(said: readonly Series[], release: string, keys: ReadonlySet<string>): number | undefined {
  const [own = [], others = []] = [true, false].map((isOwn) =>
    said.filter((one) => keys.has(instanceKey(one)) && (one.labels.release === release) === isOwn),
  );
  const changed = new Set(others.map(instanceKey));
  const times = own
    .filter((one) => changed.has(instanceKey(one)))
    .flatMap((one) => freshPoints(one)[0]?.timeMs ?? []);
  return times.length > 0 ? Math.max(...times) : undefined;
}

function oldInstancesOf(source: SampleSource, service: string, question: InstanceQuestion): OldInstances[] {
  const { atMs, window, deployedMs, release } = question;
  const job = { label: 'job', operator: '=', value: service } as const;
  const fromMs = atMs - lookBackMs;
  const ups = source.newest?.('up', [job], fromMs, atMs) ?? source.series('up', [job], fromMs, atMs);
  // What is found no more is not down.
  const there = ups.filter(({ points }) => points.length > 0 && !points.at(-1)?.stale);
  const isDownNow = (one: Series) => newestOf(one)?.value === 0;
  if (!there.some(isDownNow)) return [];
  const said = source.series(instanceReleaseMetric, [], deployedMs - seenBeforeMs, atMs);
  const last = releasesSaidLast(source, deployedMs - seenBeforeMs, atMs);
  const own = there.filter((one) => last.get(instanceKey(one)) === release);
  const old = there.filter((one) => (last.get(instanceKey(one)) ?? release) !== release);
  if (own.length === 0) return [];
  const down = old.filter(isDownNow).flatMap(({ labels }) => {
    const matchers = [job, { label: 'instance', operator: '=', value: labels.instance ?? '' }] as const;
    const sinceMs = Math.min(window.fromMs, atMs - furthestMs);
    return source
      .series('up', matchers, sinceMs, atMs)
      .flatMap((series) => downInstance(series, last.get(instanceKey(series)) ?? '', question));
  });
  return [
    {
      service,
      count: old.length,
      down,
      isRestUp: !there.some((one) => isDownNow(one) && !old.includes(one)),
      replacedMs: replacedMs(said, release, new Set(own.map(instanceKey))),
    },
  ];
}

/** The instances of other releases, of each service that has some which are down and instances of the release. */
export const oldInstances = (source: SampleSource, question: InstanceQuestion): OldInstances[] =>
  question.services.flatMap((service) => oldInstancesOf(source, service, question));
