import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { handedConfig, loadConfig, loadDeployments, loadHanded } from '../../../src/core/config/load.ts';

function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-deployments-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  }
  return folder;
}

const probed = {
  services: { api: { url: 'http://127.0.0.1:1' } },
  probes: [{ id: 'a', type: 'command', command: ['true'] }],
};

test('what stands beside the deployments is shared, and one may say it otherwise', async () => {
  const folder = folderWith({
    'vigil.config.json': {
      interval: '10m',
      name: 'Shop',
      deployments: { checkout: probed, search: { ...probed, interval: '20m', name: 'Search of the shop' } },
    },
  });
  const { config: checkout, deployment } = await loadConfig(folder, undefined, 'checkout');
  expect(deployment).toBe('checkout');
  expect(checkout).toMatchObject({
    name: 'checkout',
    interval: 600_000,
    reports: path.join(folder, 'reports/checkout'),
  });
  const { config: search } = await loadConfig(folder, undefined, 'search');
  expect(search).toMatchObject({ name: 'Search of the shop', interval: 1_200_000 });
});

test('a folder with one file for each deployment', async () => {
  const folder = folderWith({
    'vigil.config.json': { interval: '10m', reports: 'kept', deployments: 'each' },
    'each/checkout.json': probed,
    'each/search.json': { ...probed, suite: { root: 'tests', command: ['true'], junit: '-' } },
  });
  const loaded = await loadDeployments(folder);
  expect(loaded?.deployments.map(({ name }) => name)).toEqual(['checkout', 'search']);
  expect(loaded?.files).toEqual([path.join(folder, 'vigil.config.json'), path.join(folder, 'each')]);
  const { config } = await loadConfig(folder, undefined, 'search');
  expect(config.reports).toBe(path.join(folder, 'kept/search'));
  expect(config.suite.root).toBe(path.join(folder, 'each/tests'));
});

test('a mistake in one is told of that one', async () => {
  const folder = folderWith({
    'vigil.config.json': { deployments: { good: probed, bad: { interval: 'soon' } } },
  });
  const loaded = await loadDeployments(folder);
  expect(loaded?.deployments.map(({ fault }) => fault?.message)).toEqual([
    undefined,
    expect.stringMatching(/deployments\.bad: interval: /),
  ]);
});

test.each([
  [{ deployments: { a: probed, b: probed } }, undefined, /which deployment\? .* has a, b/],
  [{ deployments: { a: probed } }, 'c', /has no deployment "c"/],
  [probed, 'a', /is a single deployment/],
  [{ deployments: {} }, 'a', /deployments: expected at least one deployment/],
  [{ deployments: { 'Check out': probed } }, 'a', /deployments/],
  [{ deployments: 'nowhere' }, 'a', /nowhere can’t be read/],
  [{ deployments: { a: probed }, concurrency: 0 }, 'a', /concurrency/],
])('%j with --deployment %s', async (config, deployment, message) => {
  const folder = folderWith({ 'vigil.config.json': config });
  await expect(loadConfig(folder, undefined, deployment)).rejects.toThrow(message);
});

test('one that is handed over is what was loaded, whatever stands in its file by then', async () => {
  vi.stubEnv('VIGIL_SEARCH_TOKEN', 'secret');
  vi.stubEnv('VIGIL_INTERVAL', '7m');
  onTestFinished(() => void vi.unstubAllEnvs());
  const service = { url: 'http://127.0.0.1:1' };
  const auth = { bearer: 'env:VIGIL_SEARCH_TOKEN' };
  const commands = { restart: ['true'] };
  const rollback = { options: ['git'], commands, git: { folder: 'release' } };
  const folder = folderWith({
    'vigil.config.json': {
      deployments: {
        checkout: { ...probed, rollback },
        search: { ...probed, services: { api: { ...service, auth } } },
      },
    },
  });
  for (const name of ['checkout', 'search']) {
    const loaded = await loadConfig(folder, undefined, name);
    const text = handedConfig(loaded);
    expect(text).not.toContain('"secret"');
    expect(loadHanded(text)).toEqual({ ...loaded, environment: expect.anything() });
  }
  const { config } = await loadConfig(folder, undefined, 'checkout');
  expect(config).toMatchObject({
    interval: 420_000,
    rollback: { git: { folder: path.join(folder, 'release') } },
  });
});
