import { expect, test } from 'vitest';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { catalogueOfProbes } from '../../../src/suite/probes/catalogue.ts';
import { withFittingNext } from '../../../src/suite/probes/fitting-next.ts';
import { httpServer } from '../../clients/servers.ts';
import { ask } from './ask.ts';

const nextOf = (reason: string, next?: string) => {
  const probe = { type: 'http', url: 'http://shop/', ...(next && { next }) };
  const { probes } = validateConfig({ probes: [probe] }, 'test');
  const [definition] = catalogueOfProbes(probes);
  const outcome = {
    id: 'x',
    title: 'x',
    group: 'g',
    outcome: 'fail',
    executed: true,
    measurements: [],
  } as const;
  return withFittingNext({ ...outcome, measurements: [], reason, definition }).definition?.next;
};

test.for<[reason: string, next: string]>([
  ['headers.authorization: env:SHOP_TOKEN holds nothing', 'set SHOP_TOKEN where Vigil is started'],
  ['http://shop/: connection refused', 'is the service running, and is this its address?'],
  ['http://shop/: DNS: no such host', 'check the name: ask the resolver with dig'],
  ['http://shop/: TLS certificate expired', 'look at its certificate: openssl s_client -connect HOST:PORT'],
  ['status 401, expected 200', 'check the credentials that the probe sends'],
  ['status 500, expected 200', 'send the same request with curl -i and read the answer'],
])('the next step fits the fault: %s', ([reason, next]) => {
  expect(nextOf(reason)).toBe(next);
});

test('a next step that the configuration says is kept', () => {
  expect(nextOf('http://shop/: connection refused', 'call the shop')).toBe('call the shop');
});

test('answers that are not as expected are counted as answers, in however many ways they are wrong', async () => {
  const url = await httpServer((_, response) => response.writeHead(500).end('{}'));
  const { measurements } = await ask({
    type: 'http',
    url: `${url}/`,
    samples: 4,
    header: { etag: 'x' },
    json: { status: 'up' },
  });
  expect(measurements[0]).toMatchObject({ value: 4, sample: 4 });
});
