import { thresholds } from '../../../../src/core/thresholds/thresholds.ts';
import type { IdentityEvidence } from '../../../../src/release/gate/identity/identity-evidence.ts';
import type { ReleaseStory } from '../../../../src/release/gate/identity/release-story.ts';
import { criteriaWith } from '../../../../src/suite/identity/criteria.ts';
import { identity } from '../../../history/cycle.ts';
import { askedMs, minute } from '../green.ts';
import { both, type Change, type Parts, recorded, tells } from './told.ts';

const known =
  (parts: Parts<IdentityEvidence>): Change =>
  (evidence) =>
    Object.assign(evidence.recorded.identity ?? {}, parts);
const release =
  (parts: Parts<ReleaseStory>): Change =>
  (evidence) =>
    Object.assign(evidence.recorded.identity?.release ?? {}, parts);
const took = (percent: number) =>
  recorded({ taken: [{ percent, takenMs: askedMs - 50 * minute, isOverride: false }] });
const change = (minutesAgo: number, now = 'v3') =>
  release({ anew: { atMs: askedMs - minutesAgo * minute, was: 'v2', now }, inForce: now, seen: [now] });

const done = {
  startedMs: askedMs - 5 * minute,
  endedMs: askedMs - 4 * minute,
  kind: 'git',
  status: 'done' as const,
  detail: 'git: GET /cart answers 500',
};
const rolledBack = recorded({ rollbacks: [done] });

tells('release', [
  ['the recorded one', release({}), 'pass', ['v2 →']],
  ['and the one before it', release({ seen: ['v1', 'v2'] }), 'pass', ['v1, v2, both expected below 100 %']],
  [
    'the one before it alone',
    both(recorded({ taken: [] }), release({ seen: ['v1'], lastSeenMs: undefined })),
    'pass',
    ['every instance says v1; v2 is not out yet, which may be so before the first stage only'],
    25,
  ],
  [
    'the one before it alone, where a share of the traffic rarely meets the recorded one',
    release({ seen: ['v1'] }),
    'pass',
    ['v1 in the newest cycle; v2 last seen at 2026-01-05T01:05:00Z'],
  ],
  [
    'never said since the first stage was taken',
    release({ seen: ['v1'], instances: { v1: 3 }, isMissing: true, lastSeenMs: undefined }),
    'unknown',
    [
      'expected an instance that says v2',
      'none has since the first stage was taken at 2026-01-05T00:20:00Z',
      'all 3 instances say v1',
      'deploy v2, or see whether services.<name>.instances lead to it',
      'vigil gate --deployed v2',
    ],
  ],
  [
    'said once, and no more',
    release({ seen: ['v0', 'v1'], instances: { v0: 1, v1: 2 }, isMissing: true }),
    'unknown',
    [
      'expected an instance that says v2, none has since 2026-01-05T01:05:00Z',
      '2 of 3 instances on v1, 1 on v0',
      'vigil gate --deployed',
    ],
  ],
  [
    'said no more because the release was rolled back',
    both(rolledBack, release({ seen: ['v1'], instances: { v1: 3 }, isMissing: true })),
    'pass',
    ['v2 was rolled back (2026-01-05T01:06:00Z)', 'all 3 instances say v1'],
  ],
  [
    'the one before it alone with all of the traffic, because the release was rolled back',
    both(rolledBack, release({ seen: ['v1'], mix: { ids: ['v1'], lastMs: askedMs } })),
    'pass',
    ['v2 was rolled back', 'every instance says v1'],
  ],
  [
    'a rollback that is under way',
    both(
      recorded({ rollbacks: [{ ...done, status: 'under way', endedMs: undefined }] }),
      release({ seen: ['v1'], isMissing: true }),
    ),
    'pass',
    ['v1 in the newest cycle'],
  ],
  [
    'a rollback that did not succeed',
    both(
      recorded({ rollbacks: [{ ...done, status: 'not done' }] }),
      release({ seen: ['v1'], isMissing: true }),
    ),
    'unknown',
    ['expected an instance that says v2'],
  ],
  [
    'said by an instance after it was rolled back',
    both(
      rolledBack,
      release({ seen: ['v1', 'v2'], instances: { v1: 2, v2: 1 }, lastSeenMs: askedMs - minute }),
    ),
    'fail',
    ['v2 was rolled back', 'expected no instance that says it', '1 of 3 instances on v2', 'previous release'],
  ],
  ['no service says one', release({ seen: [] }), 'not configured', ['no service says its release id']],
  [
    'no cycle since the deployment has asked',
    both(recorded({ newest: undefined }), release({ seen: [] })),
    'unknown',
    ['no cycle since the deployment', 'vigil monitor --loop'],
  ],
  [
    'no deployment is recorded',
    recorded({ deployment: undefined }),
    'unknown',
    ['no deployment', 'vigil gate --deployed RELEASE'],
  ],
  ['nobody looked', known({ release: undefined }), 'unknown', ['no deployment']],
  [
    'another one that nobody recorded',
    change(44),
    'unknown @ 1 min',
    [
      'v3 in place of v2 since 2026-01-05T00:26:00Z',
      'nobody recorded',
      'soak time began anew',
      'vigil gate --deployed v3;',
      '45m',
    ],
  ],
  ['the same, its soak time over', change(45), 'pass', ['v3 in place of v2 since', 'has passed']],
  [
    'one whose id a shell would read',
    change(1, "v3 'x'"),
    'unknown @ 44 min',
    [String.raw`vigil gate --deployed 'v3 '\''x'\'''`],
  ],
  [
    'said no more',
    release({ silentSinceMs: askedMs - 5 * minute }),
    'unknown',
    ['no service says its release id since 2026-01-05T01:05:00Z', 'v2', 'which release runs'],
  ],
  [
    'two with all of the traffic',
    release({ mix: { ids: ['v1', 'v2'], lastMs: askedMs - 20 * minute } }),
    'fail @ 40 min',
    ['mixed releases: v1, v2', '2026-01-05T00:50:00Z', '100 %', 'v2 on every instance'],
  ],
  [
    'two with all of the traffic, of instances that are known',
    release({
      seen: ['v1', 'v2'],
      instances: { v1: 2, v2: 3 },
      mix: { ids: ['v1', 'v2'], lastMs: askedMs - 20 * minute },
    }),
    'fail @ 40 min',
    ['mixed releases: 3 of 5 instances on v2, 2 on v1', '2026-01-05T00:50:00Z'],
  ],
  [
    'two below it, of instances that are known',
    release({ seen: ['v1', 'v2'], instances: { v1: 4, v2: 1 } }),
    'pass',
    ['1 of 5 instances on v2, 4 on v1, both expected below 100 %'],
  ],
  [
    'only the one before with all of the traffic',
    release({ mix: { ids: ['v1'], lastMs: askedMs } }),
    'fail @ 60 min',
    ['every instance says v1, not v2', 'v2 on every instance'],
  ],
]);

tells('soak', [
  [
    'begins anew by a change that nobody recorded',
    change(40),
    'fail (40m; ≥ 45m) @ 5 min',
    [
      '45m at 25 %, from 2026-01-05T00:30:00Z on, anew by v3 in place of v2',
      'nobody recorded',
      'vigil gate --deployed v3',
    ],
  ],
  [
    'a change of before the stage',
    both(took(25), change(51)),
    'pass (50m; ≥ 45m)',
    ['from 2026-01-05T00:20:00Z on:'],
  ],
]);

const table = structuredClone(thresholds) as Parameters<typeof criteriaWith>[1];
table.latencyP95.slo = { operator: '<', value: 0.5 };
table.gateCycles.slo = { operator: '>=', value: 1 };
const other = criteriaWith(identity.criteria, table);
const by = (criteria = identity.criteria, cycles = 9, minutesAgo = 1) => ({
  hash: criteria.hash,
  criteria,
  cycles,
  lastMs: askedMs - minutesAgo * minute,
});

tells('criteria', [
  ['as this gate has them', known({}), 'pass', ['as this gate has them']],
  [
    'by other thresholds all the time',
    known({ judgedBy: [by(other)] }),
    'unknown',
    [
      '9 of 9 cycles',
      'gateCycles.slo ≥ 2, was ≥ 1, latencyP95.slo < 200 ms, was < 500 ms',
      '--accept-thresholds',
    ],
  ],
  [
    'by other thresholds until lately',
    known({ judgedBy: [by(other, 5, 20), by(identity.criteria, 4)] }),
    'unknown @ 25 min',
    ['5 of 9 cycles', 'latencyP95.slo < 200 ms, was < 500 ms', '--accept-thresholds'],
  ],
  [
    'one cycle of an earlier Vigil',
    known({ unidentified: 1 }),
    'unknown',
    ['1 cycle since', 'vigil gate --deployed v2'],
  ],
  ['cycles of an earlier Vigil', known({ unidentified: 3 }), 'unknown', ['3 cycles since', 'earlier Vigil']],
  ['no cycle', known({ judgedBy: [] }), 'unknown', ['no cycle since', 'vigil monitor --loop']],
  ['nobody says', recorded({ identity: undefined }), 'unknown', ['no cycle names']],
]);

tells('target', [
  [
    'another deployment under the same address',
    known({ name: 'Shop', others: ['Shop staging'] }),
    'unknown',
    [
      'which deployment?',
      'Shop staging',
      'asked is for “Shop”',
      'configuration of the watch',
      'record the deployment again',
    ],
  ],
  [
    'no target is configured',
    recorded({ targetId: 'the embedded Genesis' }),
    'unknown',
    ['which deployment?', 'no target is configured', 'http://target', 'the embedded Genesis'],
  ],
]);
