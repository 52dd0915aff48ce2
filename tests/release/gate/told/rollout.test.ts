import { deployedMs, minute, second, takenMs } from '../green.ts';
import { at, both, recorded, rolledBack, tells } from './told.ts';

tells('order', [
  ['the stage is taken', () => {}, 'pass', ['taken already', '25 %', 'v2', '2026-01-05T00:20:00Z'], 25],
  ['a stage is left out', () => {}, 'fail', ['25 %', '50 %', 'not 100 %', 'vigil gate --to 50'], 100],
  [
    'the first stage is left out',
    recorded({ taken: [] }),
    'fail',
    ['no stage is taken', '25 %', 'not 50 %', 'vigil gate --to 25'],
  ],
  [
    'no deployment',
    recorded({ deployment: undefined }),
    'unknown',
    ['no deployment', 'vigil gate --deployed RELEASE'],
  ],
]);

tells('soak', [
  ['the stage is taken', () => {}, 'pass', ['nothing to wait for'], 25],
  ['a stage is left out', () => {}, 'unknown', ['50 %', 'vigil gate --to 50'], 100],
  [
    'no deployment',
    recorded({ deployment: undefined }),
    'unknown',
    ['no deployment', 'vigil gate --deployed RELEASE'],
  ],
  [
    'the first stage too early',
    both(at(deployedMs + 10 * minute), recorded({ taken: [] })),
    'fail (10m; ≥ 15m) @ 5 min',
    [
      '15m',
      'after the deployment',
      'v2',
      'ends at',
      '2026-01-05T00:15:00Z',
      'wait for the end of the soak time',
    ],
    25,
  ],
  [
    'to the moment',
    at(takenMs + 45 * minute),
    'pass (45m; ≥ 45m)',
    ['45m', '25 %', '2026-01-05T00:20:00Z', 'over since', '2026-01-05T01:05:00Z'],
  ],
  [
    'a second too early',
    at(takenMs + 45 * minute - second),
    'fail (44m 59s; ≥ 45m) @ 0.017 min',
    [
      '45m',
      '25 %',
      '2026-01-05T00:20:00Z',
      'ends at',
      '2026-01-05T01:05:00Z',
      'wait for the end of the soak time',
    ],
  ],
  [
    'the deployment decides',
    recorded({ taken: [{ percent: 25, takenMs: deployedMs + 5 * minute, isOverride: false }] }),
    'pass (1h 10m; ≥ 1h)',
    ['1h', 'after the deployment', 'v2', 'over since', '2026-01-05T01:00:00Z'],
  ],
]);

tells('rollback', [
  [
    'no deployment',
    recorded({ deployment: undefined }),
    'unknown',
    ['no deployment', 'vigil gate --deployed RELEASE'],
  ],
  [
    'a rollback under way',
    rolledBack(['under way', 'flag of carol'], ['done', 'git']),
    'fail',
    ['under way', '2026-01-05T01:09:00Z', 'flag of carol', 'wait for its end'],
  ],
  [
    'a rollback that is done',
    rolledBack(['done', 'flag of carol']),
    'fail',
    ['v2', 'was rolled back', '2026-01-05T01:09:00Z', 'flag of carol', 'vigil gate --deployed RELEASE'],
  ],
  [
    'a rollback that did not succeed',
    rolledBack(['done', 'flag'], ['not done', 'git of carol']),
    'fail',
    ['v2', 'did not succeed', '2026-01-05T01:09:00Z', 'git of carol', 'vigil gate --deployed RELEASE'],
  ],
  [
    'an aborted rollback after one that is done',
    rolledBack(['done', 'git of carol'], ['aborted', 'flag']),
    'fail',
    ['v2', 'was rolled back', '2026-01-05T01:09:00Z', 'git of carol', 'vigil gate --deployed RELEASE'],
  ],
  ['an aborted rollback', rolledBack(['aborted', 'flag']), 'pass', ['none', 'v2']],
]);
