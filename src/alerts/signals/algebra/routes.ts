/** What a watch records of users' answers by route, beside the sums of all routes. */
export const routeAnswersMetric = 'vigil_route_answers_total';

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
  'rpc_service',
  'rpc_method',
  'grpc_service',
  'grpc_method',
];

/** What was asked for, by the labels of a series: `GET /account`; empty where none says it. */
export const routeOf = (labels: Readonly<Record<string, string | undefined>>): string =>
  routeLabels.flatMap((name) => labels[name] || []).join(' ');
