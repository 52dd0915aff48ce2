import { expect, test } from 'vitest';
import type { VigilConfigInput } from '../../../src/core/config/schema.ts';
import { servicesAt } from '../../../src/core/config/service-list.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { askReleases, releaseIdsIn } from '../../../src/suite/identity/read-releases.ts';
import { httpServer } from '../../clients/servers.ts';

const asIs = (text: string) => text;
const release = (id: unknown) => httpServer((_, response) => response.end(JSON.stringify({ releaseId: id })));

async function read(input: VigilConfigInput, redact = asIs) {
  const config = validateConfig(input, 'a test');
  return releaseIdsIn(await askReleases(config.services), redact);
}

const probes = [{ type: 'tcp', host: 'h', port: 1 }] as const;
const only = (url: string, more: object = {}) => ({
  name: 'Shop',
  target: { url },
  probes: [...probes],
  ...more,
});

test('each service says its release; several instances behind one address say several', async () => {
  let asked = 0;
  const orchestration = await httpServer((_, response) => {
    asked += 1;
    response.end(JSON.stringify({ releaseId: asked % 2 ? 'v2' : 'v1' }));
  });
  const target = { orchestration, planner: await release('v2') };
  expect(await read({ target })).toEqual({ orchestration: ['v1', 'v2'], planner: ['v2'] });
});

test('each instance that is named is asked, where its service says the id', async () => {
  const api = await httpServer(({ url }, response) =>
    response.end(url === '/version' ? '{"build":{"sha":7}}' : '{}'),
  );
  const other = await httpServer((_, response) => response.end('{"build":{"sha":"8"}}'));
  const services = {
    api: {
      url: 'http://127.0.0.1:1',
      instances: [api, 'http://127.0.0.1:1', other, api],
      release: { path: '/version', json: '$.build.sha' },
    },
  };
  // One for each, so that it is known how many run which.
  expect(await read({ services, probes: [...probes] })).toEqual({ api: ['7', '7', '8'] });
});

test('what says no release id, or does not answer, is null', async () => {
  const api = await httpServer((_, response) => response.end('up 1\n'));
  expect(await read(only(api))).toEqual({ shop: null });
  expect(await read(only('http://127.0.0.1:1'))).toEqual({ shop: null });
});

test('where no target is named nobody is asked; the embedded one is asked where it runs', async () => {
  expect(await read({ probes: [...probes] })).toEqual({});
  const config = validateConfig({}, 'a test');
  const target = { orchestration: await release('v1'), planner: await release('v1') };
  expect(releaseIdsIn(await askReleases(servicesAt(config, target)), asIs)).toEqual({
    orchestration: ['v1'],
    planner: ['v1'],
  });
});

test('an id is kept on one line, short, and without secrets', async () => {
  const api = await release(`v2\n${'x'.repeat(5000)}`);
  const { shop } = await read(only(api), (text) => text.replace('v2', '[redacted]'));
  expect(shop?.[0]).toMatch(/^\[redacted\] x{150,190}…$/);
});
