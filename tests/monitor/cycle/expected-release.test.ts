import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { initialState } from '../../../src/alerts/engine/state.ts';
import { step } from '../../../src/alerts/engine/step.ts';
import { engineSetup } from '../../../src/alerts/rules/engine-setup.ts';
import { observeReleases } from '../../../src/alerts/rules/observe-releases.ts';
import { closeConnections } from '../../../src/clients/http/http.ts';
import { redactorOf } from '../../../src/core/config/secrets.ts';
import type { ServiceConfig } from '../../../src/core/config/service-list.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { instanceReleases, unexpectedReleases } from '../../../src/monitor/cycle/expected-release.ts';
import { askReleases } from '../../../src/suite/identity/read-releases.ts';
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

const problemsOf = async (services: readonly ServiceConfig[]) =>
  unexpectedReleases(services, await askReleases(services));

test('instances that all run the expected release are no problem', async () => {
  vi.stubEnv('RELEASE', 'release-2');
  const { services } = configOf([await version('release-2'), await version('release-2')]);
  expect(await problemsOf(services)).toEqual([]);
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
  const [said, ...others] = await problemsOf(services);
  expect(others).toEqual([]);
  expect(said).toContain('mixed releases: 3 of 5 instances on release-2; ');
  expect(said).toContain(`api at ${name(old)} runs release-1`);
  expect(said).toContain('api at 127.0.0.1:9 names none (http://127.0.0.1:9/version: connection refused');
});

test('each instance is told by itself, and one that says nothing is unknown', async () => {
  vi.stubEnv('RELEASE', 'release-2');
  const [now, old] = [await version('release-2'), await version('release-1')];
  const { services } = configOf([now, old, 'http://127.0.0.1:9'], { search: { url: old } });
  const said = instanceReleases(services, await askReleases(services));
  expect(said).toEqual([
    { service: 'api', instance: name(now), isExpected: true },
    { service: 'api', instance: name(old), isExpected: false },
    { service: 'api', instance: '127.0.0.1:9', isExpected: undefined },
    { service: 'search', instance: undefined, isExpected: false },
  ]);
  const [, , silent] = said;
  const opened = observeReleases(said, initialState());
  const { state } = step(initialState(), { observations: opened }, 1, engineSetup([]));
  const after = observeReleases(silent ? [silent] : [], state);
  expect(
    after.map(({ labels, reading }) => `${labels?.service} ${labels?.instance} ${reading.state}`),
  ).toEqual(['api 127.0.0.1:9 unknown', `api ${name(old)} gone`, 'search undefined gone']);
  // Where the instances can't be found nobody knows whether one is gone.
  const lost = observeReleases([{ service: 'api', instance: undefined, isExpected: undefined }], state);
  expect(lost.filter(({ reading }) => reading.state === 'gone').map(({ labels }) => labels?.service)).toEqual(
    ['search'],
  );
});

test('another release everywhere is no mixture', async () => {
  vi.stubEnv('RELEASE', 'release-2');
  const old = await version('release-1');
  expect(await problemsOf(configOf([old]).services)).toEqual([
    `another release than expected: 0 of 1 instance on release-2; api at ${name(old)} runs release-1`,
  ]);
});

test('without an expected release no release is a problem', async () => {
  const services = { api: { url: 'http://127.0.0.1:9' } };
  const config = validateConfig({ services, probes: [{ type: 'http', url: '/' }] }, 'x');
  expect(await problemsOf(config.services)).toEqual([]);
});

test('the release that is expected is no secret', () => {
  vi.stubEnv('RELEASE', 'release-2');
  expect(redactorOf(configOf(['http://h']), { RELEASE: 'release-2' }).redact('runs release-2')).toBe(
    'runs release-2',
  );
});
