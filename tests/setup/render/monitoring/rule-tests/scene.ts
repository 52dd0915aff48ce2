import { jobs, testsJob } from '../../../../../src/alerts/index.ts';
import type { InputSeries } from './series.ts';

/** For so many samples the signal has this value; `over` is a flood after which a window shows it at once. */
export interface Act {
  samples: number;
  value: number;
  over?: true;
}

/** How series are made that give a signal its values. */
export interface Scene {
  /** Labels of the one alert that it makes, beside the rule's. */
  labels: Readonly<Record<string, string>>;
  /** Whether the signal needs two samples, as everything that is a rate. */
  isRate: boolean;
  /** Whether the signal is 1 or 0 and nothing else. */
  isBinary?: true;
  /** Until when a rate that stands alone is too small, because its window reaches back before the first sample. */
  settlesMs?: number;
  series(acts: readonly Act[]): InputSeries[];
}

export interface Stage {
  prefix: string;
  scrapeSeconds: number;
  /** The live signals' window. */
  windowMs: number;
  /** How many watches must say the same where several judge together. */
  quorum: number;
  /** The gauge that the pass rate is read from. */
  passRateMetric: string;
  /** How many times more than usual happens in a flood. */
  flood: number;
  /** Operations between two scrapes. */
  pace: number;
}

/** The deployment whose rules are tested, as a configuration without a name calls it. */
const deployment = 'genesis';

/** Labels of what is scraped in these tests. */
export const scraped = {
  orchestration: {
    deployment,
    instance: 'orchestration',
    job: jobs.orchestration,
    service: 'orchestration',
  },
  planner: { deployment, instance: 'planner', job: jobs.planner, service: 'planner' },
  tests: { deployment, instance: 'vigil', job: testsJob({}) },
  node: { deployment, instance: 'node', job: jobs.node },
} as const;
