/** The scrape jobs by name, the same for Prometheus and for the loop, so that both see the same series. */
export const jobs = {
  orchestration: 'genesis-orchestration',
  planner: 'genesis-planner',
  tests: 'genesis-tests',
  node: 'node',
} as const;

/** What Vigil's own rules record first: where it is, they are evaluated. */
export const probesUpRecord = 'vigil:probes:up';
