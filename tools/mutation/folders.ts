/** A folder of src that is mutated, below which files, and the tests beside it that must notice without process or server. */
interface Mutated {
  /** Below src/ and below tests/. */
  folder: string;
  mutate: readonly string[];
  tests: readonly string[];
}

export const folders: Readonly<Record<string, Mutated>> = {
  gate: {
    folder: 'release/gate',
    mutate: [
      'condition',
      'decide',
      'plan',
      'proves',
      'conditions/*',
      'prometheus/judge-probes',
      'prometheus/probe-coverage',
    ],
    tests: ['condition', 'decide', 'judge-probes', 'plan', 'told/*'],
  },
  outcomes: {
    folder: 'suite/outcomes',
    mutate: ['*'],
    tests: ['bare-cases', 'contradictions', 'fingerprint', 'one-check', 'quarantine'],
  },
  alerts: {
    folder: 'alerts',
    mutate: ['rules/*', 'engine/*'],
    tests: [
      'rules/alert-text',
      'rules/condition',
      'rules/declared-windows',
      'rules/engine-setup',
      'rules/observations',
      'rules/rules',
      'rules/violations',
      'engine/notifications',
      'engine/timelines',
    ],
  },
  signals: {
    folder: 'alerts/signals',
    mutate: ['*', 'algebra/*'],
    tests: ['*', 'algebra/preloaded', 'algebra/promql', 'algebra/staleness', 'algebra/values'],
  },
  rollback: {
    folder: 'release/rollback',
    mutate: ['flag-file', 'runs/automatic', 'runs/journal', 'runs/run', 'runs/triggers'],
    tests: ['decision', 'flag-file', 'journal'],
  },
};
