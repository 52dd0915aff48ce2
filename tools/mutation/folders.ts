/** What is mutated in a folder of src, and the tests that must notice: those that need no process and no server. */
export const folders: Readonly<Record<string, { mutate: readonly string[]; tests: readonly string[] }>> = {
  gate: {
    mutate: [
      'condition',
      'decide',
      'limits',
      'plan',
      'proves',
      'recovery',
      'conditions/*',
      'prometheus/judge-probes',
      'prometheus/probe-coverage',
    ],
    tests: ['condition', 'decide', 'judge-probes', 'plan', 'told/*'],
  },
  outcomes: {
    mutate: ['*'],
    tests: ['bare-cases', 'contradictions', 'fingerprint', 'one-check', 'quarantine'],
  },
  alerts: {
    mutate: ['*', 'engine/*'],
    tests: [
      'alert-text',
      'condition',
      'declared-windows',
      'engine-setup',
      'observations',
      'rules',
      'violations',
      'engine/notifications',
      'engine/timelines',
    ],
  },
  signals: {
    mutate: ['*', 'algebra/*'],
    tests: ['*', 'algebra/preloaded', 'algebra/promql', 'algebra/staleness', 'algebra/values'],
  },
  rollback: {
    mutate: ['automatic', 'detection', 'flag-file', 'journal', 'read-runs', 'triggers'],
    tests: ['decision', 'flag-file', 'journal'],
  },
};
