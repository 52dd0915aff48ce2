import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultKind } from './plan.ts';

const bounds = [0.05, 0.1, 0.2, 0.25, 0.5, 1, Number.POSITIVE_INFINITY];
const perSecond = 2000; // so that the windows of a hundredth hold what an error ratio is judged by

/** A deployment whose counters grow with the time, and that fails as it is told to. */
export interface FaultyTarget {
  url: string;
  suffer(kind: FaultKind | undefined): void;
  close(): void;
}

/** Starts it on a free port. */
export async function startFaultyTarget(): Promise<FaultyTarget> {
  let kind: FaultKind | undefined;
  let countedMs = Date.now();
  let [operations, errors] = [10_000, 0];
  const buckets = bounds.map(() => operations);
  const count = () => {
    const nowMs = Date.now();
    const served = kind === 'down' ? 0 : ((nowMs - countedMs) / 1000) * perSecond;
    countedMs = nowMs;
    operations += served;
    if (kind === 'errors') errors += served * 0.05;
    const seconds = kind === 'slow' ? 0.4 : 0.03;
    bounds.forEach((le, index) => {
      if (seconds <= le) buckets[index] = (buckets[index] ?? 0) + served;
    });
  };
  const exposition = () =>
    [
      '# TYPE genesis_operations_total counter',
      `genesis_operations_total ${operations}`,
      '# TYPE genesis_errors_total counter',
      `genesis_errors_total{category="internal"} ${errors}`,
      '# TYPE genesis_operation_duration_seconds histogram',
      ...bounds.map(
        (le, index) =>
          `genesis_operation_duration_seconds_bucket{le="${le === Number.POSITIVE_INFINITY ? '+Inf' : le}"} ${buckets[index]}`,
      ),
      `genesis_operation_duration_seconds_sum ${operations * 0.03}`,
      `genesis_operation_duration_seconds_count ${operations}`,
      '',
    ].join('\n');
  const server = createServer((request, response) => {
    count();
    if (kind === 'down') request.socket.resetAndDestroy();
    else response.end(exposition());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    suffer(next) {
      count();
      kind = next;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
