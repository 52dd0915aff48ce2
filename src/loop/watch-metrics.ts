import type { Family } from '../exposition/index.ts';
import type { SentinelState } from './sentinel.ts';

const gauge = (
  name: string,
  help: string,
  value: number | undefined,
  labels: Record<string, string> = {},
): Family[] =>
  value === undefined ? [] : [{ name, type: 'gauge', help, samples: [{ name, labels, value }] }];

/** What a watch exposes of itself, so that a gate elsewhere can tell whom it watches, how often, and whether it would be heard. */
export function watchMetrics(watch: {
  targetId: string;
  intervalMs: number;
  sentinel: SentinelState;
}): Family[] {
  const { sentinel } = watch;
  const isSent = sentinel.state === 'received' || sentinel.state === 'missing';
  const took = sentinel.state === 'received' ? sentinel.tookMs / 1000 : undefined;
  return [
    ...gauge('vigil_watch_info', 'Whom this watch watches.', 1, { target: watch.targetId }),
    ...gauge('vigil_cycle_interval_seconds', 'From one cycle to the next.', watch.intervalMs / 1000),
    ...gauge(
      'vigil_sentinel_timestamp_seconds',
      'When the last sentinel was sent.',
      isSent ? sentinel.atMs / 1000 : undefined,
    ),
    ...gauge(
      'vigil_sentinel_received',
      '1 when the last sentinel made the whole way, 0 when it did not.',
      isSent ? Number(sentinel.state === 'received') : undefined,
    ),
    ...gauge('vigil_sentinel_travel_seconds', 'How long the last sentinel travelled.', took),
  ];
}
