/** The jobs as Prometheus names them, so that both evaluators see the same series. */
export const jobs = {
  orchestration: 'genesis-orchestration',
  planner: 'genesis-planner',
  tests: 'genesis-tests',
  node: 'node',
} as const;
