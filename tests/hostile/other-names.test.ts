import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostsOf } from '../../src/core/config/schema.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { type Server, serve } from '../../src/monitor/loop/serve.ts';
import { monitoringFiles } from '../../src/setup/render/monitoring/monitoring-files.ts';
import { openPage } from '../../src/views/page/live/routes.ts';
import { settingsFor } from '../setup/render/monitoring/rendered.ts';
import { nothing } from '../views/page/support/scene.ts';
import { rawRequest } from './raw-request.ts';

const config = validateConfig(
  {
    server: { hosts: ['vigil.prod', 'Vigil.Example.com'] },
    monitoring: { probes: [{ url: 'http://vigil-1.example.com:8002' }] },
  },
  'test',
);

let server: Server;
beforeAll(async () => {
  const names = hostsOf(config);
  server = await serve(nothing, { host: '127.0.0.1', port: 0, names }, [openPage().extension]);
});
afterAll(() => server.close());

const asked = (host: string, { path = '/metrics', more = '' } = {}) =>
  rawRequest(server.url, `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n${more}\r\n`);

test.each([
  'evil.example',
  'evil.example:8002',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.1@evil.example',
  'evil.example@127.0.0.1',
  'vigil.prod.evil.example',
  'xvigil.prod',
  '127.1',
  '0x7f000001',
  '[::1].evil.example',
  '[evil.example]',
  'evil.example:80:80',
  '',
  ':8002',
])(
  'the name "%s", which nobody declared, is answered with what to declare and nothing else',
  async (host) => {
    for (const path of ['/metrics', '/', '/api/status', '/api/page/events', '/healthz', '/nowhere']) {
      const { status, body } = await asked(host, { path });
      expect([path, status]).toEqual([path, 421]);
      expect(JSON.parse(body).detail).toContain('server.hosts');
    }
  },
);

test('a name that is text of its own stays text of one line', async () => {
  const { status, head, body } = await asked(`a"b\tset-cookie: c=d${'x'.repeat(500)}`);
  expect(status).toBe(421);
  expect(head).not.toMatch(/set-cookie/i);
  expect(JSON.parse(body).detail.length).toBeLessThan(250);
});

test.each([
  '127.0.0.1',
  '127.0.0.1:8002',
  '10.42.0.7:8002',
  '[::1]:8002',
  '[2001:db8::7]',
  'localhost',
  'LOCALHOST:9999',
  'vigil.prod:8002',
  'vigil.prod.',
  'vigil.example.com',
  'vigil-1.example.com:8002',
])('%s is answered: an address, this machine, or declared', async (host) => {
  expect((await asked(host)).status).toBe(200);
});

test('who sends no host at all is no browser, and is answered', async () => {
  expect((await rawRequest(server.url, 'GET /metrics HTTP/1.0\r\n\r\n')).status).toBe(200);
});

test('what the page of another site loads is refused, so that it takes no place of a viewer; a link is followed', async () => {
  const from = (site: string, mode: string) => `sec-fetch-site: ${site}\r\nsec-fetch-mode: ${mode}\r\n`;
  const status = async (more: string) => (await asked('localhost', { more })).status;
  expect(await status(from('cross-site', 'cors'))).toBe(403);
  expect(await status(from('cross-site', 'no-cors'))).toBe(403);
  expect(await status(from('cross-site', 'navigate'))).toBe(200);
  expect(await status(from('same-origin', 'cors'))).toBe(200);
  expect(await status(from('none', 'navigate'))).toBe(200);
});

test('a loop in the rendered Kubernetes files answers to every name that its service has, and reads its environment', async () => {
  const settings = settingsFor({ monitoring: { kubernetes: { namespace: 'prod' } } });
  const files = new Map((await monitoringFiles(settings)).map(({ path, text }) => [path, text]));
  const read = (path: string) => parse(files.get(`kubernetes/${path}`) ?? '');
  const { enableServiceLinks, containers } = read('statefulset/stateful-set.yaml').spec.template.spec;
  const env = containers[0].env as { name: string; value?: string; valueFrom?: unknown }[];
  expect(env).toContainEqual({
    name: 'POD_NAMESPACE',
    valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
  });
  const hosts = env.find(({ name }) => name === 'VIGIL_SERVER_HOSTS')?.value ?? '';
  const named = JSON.parse(hosts.replaceAll('$(POD_NAMESPACE)', 'prod'));
  expect(validateConfig({ server: { hosts: named } }, 'test').server.hosts).toEqual([
    'vigil',
    'vigil.prod',
    'vigil.prod.svc',
    'vigil.prod.svc.cluster.local',
  ]);
  const urls = read('flagger/canary.yaml').spec.analysis.webhooks.map(({ url }: { url: string }) => url);
  urls.push(read('argo-rollouts/analysis-template.yaml').spec.args[1].value);
  for (const url of urls) expect(named).toContain(new URL(url).hostname);
  // Kubernetes would put VIGIL_SERVICE_HOST and more beside them, which are no keys.
  expect(enableServiceLinks).toBe(false);
  expect(read('cronjob/cron-job.yaml').spec.jobTemplate.spec.template.spec.enableServiceLinks).toBe(false);
});

test.each(['http://vigil', 'vigil:8002', '*.example.com', '', 'a b', '-a', '[::1]'])(
  '%s is no host name to declare',
  (host) => {
    expect(() => validateConfig({ server: { hosts: [host] } }, 'test')).toThrow(/server\.hosts/);
  },
);
