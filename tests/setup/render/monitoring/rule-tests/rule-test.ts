import type { InputSeries } from './series.ts';

interface ExpectedAlert {
  exp_labels: Readonly<Record<string, string>>;
  exp_annotations: Readonly<Record<string, string>>;
}

/** A test group as promtool reads it. */
export interface RuleTest {
  name: string;
  interval: string;
  input_series: readonly InputSeries[];
  alert_rule_test?: { eval_time: string; alertname: string; exp_alerts: readonly ExpectedAlert[] }[];
  promql_expr_test?: {
    expr: string;
    eval_time: string;
    exp_samples: readonly { labels: string; value: number }[];
  }[];
}

/** What is expected of a rule at a time. */
export type Expected = {
  atMs: number;
} /** Without a value only the state is expected, and not what the texts say. */ & (
  | { state: 'firing'; value?: number }
  | { state: 'pending' }
  | { state: 'quiet' }
);
