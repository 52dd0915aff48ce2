/** What a watch records of users' answers by route, beside the sums of all routes. */
export const routeAnswersMetric = 'vigil_route_answers_total';
/** Of the durations by route: how many were measured, and how many of them were over a bound, `over` in seconds. */
export const routeDurationsMetric = 'vigil_route_durations_total';
export const routeSlowMetric = 'vigil_route_slow_total';

/** Nothing below is slow, in seconds. */
const leastBound = 0.05;
/** Finer buckets than this tell no more. */
const leastStep = 1.4;

/** Of the upper bounds of a histogram's buckets, in seconds, those by which slow requests are told: rising, each well apart. */
export function slowBounds(bounds: Iterable<number>): number[] {
  const kept: number[] = [];
  for (const bound of [...bounds].sort((a, b) => a - b))
    if (bound >= leastBound && bound < Infinity && bound >= leastStep * (kept.at(-1) ?? 0)) kept.push(bound);
  return kept;
}

/** The bound that a bucket's label `le` says; NaN where it says none. */
export const boundOf = ({ le = '' }: Readonly<Record<string, string | undefined>>): number =>
  le === '' ? Number.NaN : Number(le.replace('+Inf', 'Infinity'));

/** Whether a status says that a request was answered: `200`, `2xx`; 304 is the answer that the caller has it already. */
export const isSuccess = (status: string): boolean => /^(2(\d\d|xx)|304)$/i.test(status);

/** Labels by which frameworks and OpenTelemetry name what was asked for. */
const routeLabels = [
  'method',
  'http_method',
  'http_request_method',
  'route',
  'http_route',
  'handler',
  'path',
  'uri',
  'endpoint',
  'view',
  'rpc_service',
  'rpc_method',
  'grpc_service',
  'grpc_method',
];

/** What was asked for, by the labels of a series: `GET /account`; empty where none says it. */
export const routeOf = (labels: Readonly<Record<string, string | undefined>>): string =>
  routeLabels.flatMap((name) => labels[name] || []).join(' ');
