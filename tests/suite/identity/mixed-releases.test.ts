import { expect, test } from 'vitest';
import { mixedReleases, mixedReleasesText } from '../../../src/suite/identity/mixed-releases.ts';

test.for([
  ['that which is meant first', ['v1', 'v1', 'v1', 'v2', 'v2'], 'v2', 'api: 2 of 5 instances on v2, 3 on v1'],
  [
    'else that of the most',
    ['v1', 'v1', 'v1', 'v2', 'v2'],
    undefined,
    'api: 3 of 5 instances on v1, 2 on v2',
  ],
  ['by their ids where nobody knows how many there are', ['v1', 'v2'], 'v2', 'api: v1 and v2'],
  ['not where all run the same', ['v2', 'v2'], 'v1', ''],
  ['not where none says its release', null, 'v1', ''],
] as const)('mixed releases are counted, %s', ([, ids, meant, text]) => {
  const releases = { api: ids && [...ids], search: ['v7'] };
  expect(mixedReleasesText(mixedReleases(releases, meant))).toBe(text);
});
