import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { closeConnections } from '../../../src/clients/http/http.ts';
import { redactorOf } from '../../../src/core/config/secrets.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { unexpectedReleases } from '../../../src/monitor/cycle/expected-release.ts';
import { answering, httpServer } from '../../clients/servers.ts';

afterAll(closeConnections);
afterEach(() => vi.unstubAllEnvs());

const version = (sha: string) => httpServer(answering({ '/version': [200, { build: { sha } }] }));
const name = (url: string) => url.replace('http://', '');

function configOf(instances: string[], more: object = {}) {
  return validateConfig(
    {
      release: { expected: 'env:RELEASE', path: '/version', json: '$.build.sha' },
      services: { api: { url: 'http://shop.example.com', instances }, ...more },
      probes: [{ type: 'http', url: '/' }],
    },
    'x',
  );
}

test('instances that all run the expected release are no problem', async () => {
  vi.stubEnv('RELEASE', 'release-2');
  const { services } = configOf([await version('release-2'), await version('release-2')]);
  expect(await unexpectedReleases(services)).toEqual([]);
});

test('mixed releases are counted, and the instances that differ are named', async () => {
  vi.stubEnv('RELEASE', 'release-2');
  const [one, two, old] = [
    await version('release-2'),
    await version('release-2'),
    await version('release-1'),
  ];
  const silent = 'http://127.0.0.1:9';
  const { services } = configOf([one, two, old, silent], { search: { url: await version('release-2') } });
  const [said, ...others] = await unexpectedReleases(services);
  expect(others).toEqual([]);
  expect(said).toContain('mixed releases: 3 of 5 instances on release-2; ');
  expect(said).toContain(`api at ${name(old)} runs release-1`);
  expect(said).toContain('api at 127.0.0.1:9 names none (http://127.0.0.1:9/version: connection refused');
});

test('another release everywhere is no mixture', async () => {
  vi.stubEnv('RELEASE', 'release-2');
  const old = await version('release-1');
  expect(await unexpectedReleases(configOf([old]).services)).toEqual([
    `another release than expected: 0 of 1 instance on release-2; api at ${name(old)} runs release-1`,
  ]);
});

test('without an expected release nobody is asked', async () => {
  const services = { api: { url: 'http://127.0.0.1:9' } };
  const config = validateConfig({ services, probes: [{ type: 'http', url: '/' }] }, 'x');
  expect(await unexpectedReleases(config.services)).toEqual([]);
});

test('the release that is expected is no secret', () => {
  vi.stubEnv('RELEASE', 'release-2');
  expect(redactorOf(configOf(['http://h']), { RELEASE: 'release-2' }).redact('runs release-2')).toBe(
    'runs release-2',
  );
});
