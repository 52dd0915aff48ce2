import { expect, test } from 'vitest';
import {
  criticalComponents,
  releaseFaults,
  serviceHealth,
} from '../../health-tests/support/health-document.ts';
import { httpServer } from '../clients/servers.ts';

const service = (time: string | undefined, releaseId?: string) =>
  httpServer((_request, response) => {
    response.setHeader('content-type', 'application/health+json');
    const checks = Object.fromEntries(criticalComponents.map((name) => [name, [{ status: 'pass', time }]]));
    response.end(JSON.stringify({ status: 'pass', releaseId, checks }));
  });

test('a health document that was made now, or says no time, has no fault', async () => {
  for (const time of [new Date().toISOString(), undefined]) {
    expect((await serviceHealth('shop', await service(time, 'v1'))).faults).toEqual([]);
  }
});

test('a health document of another time is no health of now', async () => {
  const { faults } = await serviceHealth('shop', await service('2020-01-01T00:00:00Z'));
  expect(faults).toHaveLength(criticalComponents.length);
  expect(faults[0]).toContain('shop: observability was judged at 2020-01-01T00:00:00Z');
});

test('services of different releases are a fault that names each; one that names none is not counted', async () => {
  const found = await Promise.all(
    [['a', 'v1'] as const, ['b', 'v2'] as const, ['c', undefined] as const].map(async ([name, release]) =>
      serviceHealth(name, await service(undefined, release)),
    ),
  );
  expect(releaseFaults(found)).toEqual(['the services are of different releases: a runs v1, b runs v2']);
  expect(releaseFaults(found.slice(1))).toEqual([]);
});
