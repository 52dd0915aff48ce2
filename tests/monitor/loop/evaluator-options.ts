import { defaultNaming } from '../../../src/alerts/signals/algebra/signal-naming.ts';
import { thresholds } from '../../../src/core/thresholds/thresholds.ts';
import type { EvaluatorOptions } from '../../../src/monitor/loop/evaluator.ts';

const minute = 60_000;

/** What an evaluator judges by where a test says nothing else: no catalogue, and no deployment that is scraped. */
export const plainOptions = {
  catalogue: undefined,
  baseline: new Map(),
  maintenance: [],
  table: thresholds,
  naming: { ...defaultNaming, scraped: [] },
  url: 'http://vigil',
  evaluationIntervalMs: minute,
  cycleIntervalMs: 5 * minute,
} satisfies Partial<EvaluatorOptions>;
