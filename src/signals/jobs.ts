/** The scrape jobs by name, the same for Prometheus and for the loop, so that both see the same series. */
export const jobs = {
  orchestration: 'genesis-orchestration',
  planner: 'genesis-planner',
  tests: 'genesis-tests',
  node: 'node',
} as const;
