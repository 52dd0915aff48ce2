import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { keysOf } from '../keys-of.ts';
import { type Matcher, parseMatchers } from '../labels/matcher.ts';
import { dayMs, durationUpTo } from './duration.ts';
import { complain } from './parts.ts';

/** Series of a metric as a configuration names them: `http_requests_total{code=~"5.."}`. */
export interface MetricSelector {
  metric: string;
  matchers: readonly Matcher[];
}

/** Where the operations of a service's users are counted. */
export interface TrafficMetrics {
  kind: 'metrics';
  preset: TrafficPreset | undefined;
  operations: MetricSelector;
  /** Of the operations those that failed; or a counter of failures. */
  errors: MetricSelector;
  /** Of the operations those that were refused as their sender's mistake; none where nobody tells. */
  rejected: MetricSelector | undefined;
  /** A histogram by its base name; none where durations are not measured. */
  duration: MetricSelector | undefined;
  /** What a value of the histogram is times this in seconds. */
  seconds: number;
  /** By which labels Vigil's own operations are told from those of users. */
  own: readonly Matcher[];
}

/** The same as queries to a store; operations and errors per second, `{{window}}` stands for the window. */
export interface TrafficQueries {
  kind: 'queries';
  preset: undefined;
  operations: string;
  errors: string;
  rejected: string | undefined;
  duration: string | undefined;
}

/** The service-level indicators of one service. */
export type Traffic = (TrafficMetrics | TrafficQueries) & {
  /** So many operations are enough to judge by. */
  minimum: number | undefined;
  windowMs: number | undefined;
};

/** The names that services and proxies expose; `PREFIX` is `metricsPrefix`. */
const presets = {
  // OpenTelemetry's semantic conventions for HTTP, as its Prometheus exporters write them.
  opentelemetry: {
    operations: 'http_server_request_duration_seconds_count',
    errors: 'http_server_request_duration_seconds_count{http_response_status_code=~"5.."}',
    rejected: 'http_server_request_duration_seconds_count{http_response_status_code=~"4.."}',
    duration: 'http_server_request_duration_seconds',
  },
  // prom-client's own example, express-prom-bundle and fastify-metrics.
  'prom-client': {
    operations: 'http_request_duration_seconds_count',
    errors: 'http_request_duration_seconds_count{status_code=~"5.."}',
    rejected: 'http_request_duration_seconds_count{status_code=~"4.."}',
    duration: 'http_request_duration_seconds',
  },
  'nginx-ingress': {
    operations: 'nginx_ingress_controller_requests',
    errors: 'nginx_ingress_controller_requests{status=~"5.."}',
    rejected: 'nginx_ingress_controller_requests{status=~"4.."}',
    duration: 'nginx_ingress_controller_request_duration_seconds',
  },
  genesis: {
    operations: 'PREFIX_operations_total',
    errors: 'PREFIX_errors_total{category!="validation"}',
    rejected: 'PREFIX_errors_total{category="validation"}',
    duration: 'PREFIX_operation_duration_seconds',
  },
} as const;

export type TrafficPreset = keyof typeof presets;

/** Reads `metric{label="value"}`. @throws SyntaxError */
export function parseSelector(text: string): MetricSelector {
  const [, metric, labels] = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{.*\})?\s*$/s.exec(text) ?? [];
  if (metric === undefined) throw new SyntaxError(`no selector: ${text}`);
  return { metric, matchers: labels === undefined ? [] : parseMatchers(labels) };
}

const isQuery = (text: string): boolean => text.includes('{{window}}');

const expected = 'expected a selector such as http_requests_total{code=~"5.."}, or a query with {{window}}';

/** A text that can be read; what can't is told, with the reason where that is a pattern. */
const readable = (message: string, isRead: (text: string) => boolean) =>
  z.string().superRefine((text, context) => {
    try {
      if (!isRead(text)) complain(context, [], message, text);
    } catch (thrown) {
      const reason = messageOf(thrown);
      complain(context, [], reason.startsWith('the pattern') ? `${message}; ${reason}` : message, text);
    }
  });

const series = readable(expected, (text) => isQuery(text) || parseSelector(text).metric !== '');
const matchers = readable(
  'expected a matcher such as client="vigil"',
  (text) => parseMatchers(text).length > 0,
);

const judged = {
  /** So many operations within the window are enough to judge by. */
  minimum: z.int().min(1).optional(),
  /** How far back live traffic is looked at; `liveWindow` without it. */
  window: durationUpTo(dayMs).optional(),
  /** Labels of the operations that are Vigil's own; they are left out. */
  own: matchers.optional(),
};

const preset = z.enum(keysOf(presets));
const byHand = z
  .strictObject({
    operations: series,
    errors: series,
    rejected: series.optional(),
    duration: series.optional(),
    ...judged,
  })
  .refine(({ operations, errors, rejected = operations, duration = operations }) => {
    return [errors, rejected, duration].every((part) => isQuery(part) === isQuery(operations));
  }, 'expected selectors throughout, or queries with {{window}} throughout')
  .refine(
    ({ operations, own }) => own === undefined || !isQuery(operations),
    'expected own with selectors; a query must exclude requests that are not of users itself',
  );

/** How a person says where live traffic is seen: by the name of a preset, by selectors, or by queries. */
export const trafficSchema = z.union([preset, z.strictObject({ preset, ...judged }), byHand], {
  error: `expected one of the presets ${keysOf(presets).join(', ')}, { preset, minimum, window } or { operations, errors, duration }`,
});
export type TrafficInput = z.output<typeof trafficSchema>;

/** The base name of a histogram, whichever of its series is named. */
const baseOf = ({ metric, matchers: labels }: MetricSelector): MetricSelector => ({
  metric: metric.replace(/_(bucket|count|sum)$/, ''),
  matchers: labels,
});

/** The indicators of Genesis, by the prefix of its families. */
export const genesisTraffic = (prefix: string) => trafficOf('genesis', prefix) as Traffic & TrafficMetrics;

/** The indicators that a configuration describes. */
export function trafficOf(given: TrafficInput, prefix: string): Traffic {
  const { minimum, window, own = '', ...form } = typeof given === 'string' ? { preset: given } : given;
  const named = 'preset' in form ? form.preset : undefined;
  const { operations, errors, rejected, duration } = 'preset' in form ? presets[form.preset] : form;
  const shared = { minimum, windowMs: window };
  if (isQuery(operations)) {
    return { kind: 'queries', preset: undefined, operations, errors, rejected, duration, ...shared };
  }
  const select = (text: string) => parseSelector(text.replace('PREFIX', prefix));
  const histogram = duration === undefined ? undefined : baseOf(select(duration));
  return {
    kind: 'metrics',
    preset: named,
    operations: select(operations),
    errors: select(errors),
    rejected: rejected === undefined ? undefined : select(rejected),
    duration: histogram,
    seconds: /_(milliseconds|ms)$/.test(histogram?.metric ?? '') ? 0.001 : 1,
    own: own === '' ? [] : parseMatchers(own),
    ...shared,
  };
}
