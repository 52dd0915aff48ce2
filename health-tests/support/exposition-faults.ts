import { family } from '../../src/clients/index.ts';
import { histogramProblems } from './histogram-problems.ts';
import type { MetricsClient } from './metrics.ts';

type Required = Record<string, 'counter' | 'gauge' | 'histogram'>;

/** What each service must expose, without the prefix; docs/target-contract.md says the same. */
export const requiredFamilies: Record<string, Required> = {
  orchestration: {
    operations_total: 'counter',
    errors_total: 'counter',
    operation_duration_seconds: 'histogram',
    active_requests: 'gauge',
    circuit_breaker_state: 'gauge',
  },
  planner: {
    htdag_decomposition_duration_seconds: 'histogram',
    halo_routing_duration_seconds: 'histogram',
    aop_validation_duration_seconds: 'histogram',
  },
};

/** Families that a service's /metrics lacks, gives another type, or fills with contradictory buckets. */
export async function expositionFaults(
  metrics: MetricsClient,
  service: string,
  url: string,
): Promise<string[]> {
  const exposition = await metrics.scrape(url);
  return Object.entries(requiredFamilies[service] ?? {}).flatMap(([suffix, type]) => {
    const name = metrics.name(suffix);
    const found = family(exposition, name);
    if (!found || found.samples.length === 0) return [`${service}: ${name} is absent`];
    if (found.type !== type) return [`${service}: ${name} is a ${found.type}, expected a ${type}`];
    return type === 'histogram'
      ? histogramProblems(exposition, name).map((fault) => `${service}: ${fault}`)
      : [];
  });
}
