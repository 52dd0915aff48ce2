import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseExposition } from '../../../src/clients/exposition/parse.ts';
import { discover, trafficIn } from '../../../src/setup/init/discover.ts';
import { initFiles } from '../../../src/setup/init/init-repository.ts';
import { httpServer } from '../../clients/servers.ts';
import { emptyFolder, vigil } from '../../scripts/vigil.ts';

const counted = (labels: string) => `# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.1",${labels}} 40
http_request_duration_seconds_bucket{le="+Inf",${labels}} 40
http_request_duration_seconds_sum{${labels}} 1
http_request_duration_seconds_count{${labels}} 40
`;

/** A shop that answers below a base path, and everything else with the page of its application. */
const shop = (routes: Record<string, string>) =>
  httpServer((request, response) => {
    const body = routes[request.url ?? ''];
    if (body === undefined) response.setHeader('content-type', 'text/html').end('<html></html>');
    else response.end(body);
  });

test('init finds health, metrics, preset and release of a service, and its configuration is green at once', async () => {
  const url = await shop({
    '/healthz': 'ok',
    '/metrics': counted('method="GET",route="/orders",status_code="200"'),
    '/version': '{"build":{"sha":"4f2a"}}',
  });
  expect(await discover(url)).toMatchObject({
    health: '/healthz',
    metrics: '/metrics',
    traffic: 'prom-client',
    release: { path: '/version', json: '$.build.sha', id: '4f2a' },
    missing: [],
  });

  const cwd = emptyFolder({ 'package.json': '{"type":"module"}' });
  const { code, stdout } = await vigil(['init', '--yes', '--url', url], { cwd });
  expect(code).toBe(0);
  expect(stdout).not.toContain('Not found');
  const file = path.join(cwd, 'vigil.config.ts');
  // As it is written, with a probe in the place of the suite, which needs the package to be installed.
  const text = readFileSync(file, 'utf8')
    .replace(/import .*\n/, 'const defineConfig = (config) => config;\n')
    .replace(/ {2}suite: .*\n/, "  probes: [{ type: 'http', url: '/healthz' }],\n");
  writeFileSync(file, text);
  const cycle = await vigil(['monitor'], { cwd });
  expect(cycle.stdout + cycle.stderr).toContain('PASS');
  expect(cycle.code).toBe(0);
  const doctor = await vigil(['doctor', '--port', '0'], { cwd });
  expect(doctor.stdout).toMatch(
    /✓ traffic of service +1 series; 40 operations since its start, error ratio 0 %/,
  );
  expect(doctor.code).toBe(0);
});

test('init says how the Vitest suite that a repository has becomes the monitor', async () => {
  const cwd = emptyFolder({
    'package.json': '{"type":"module"}',
    'vitest.config.ts': 'export default {};\n',
  });
  const { stdout } = await vigil(['init', '--yes', '--url', 'http://127.0.0.1:9'], { cwd });
  expect(stdout).toContain(
    "# the tests of vitest.config.ts can be the checks instead: suite: { root: '.' } in vigil.config.ts",
  );
  const none = await vigil(['init', '--yes', '--url', 'http://127.0.0.1:9'], { cwd: emptyFolder({}) });
  expect(none.stdout).not.toContain('can be the checks instead');
});

test('what is not there is said, and a page for every path is no health', async () => {
  const url = await shop({});
  const found = await discover(url);
  expect(found).toMatchObject({ health: undefined, metrics: undefined, traffic: undefined });
  expect(found.missing.join('\n')).toMatch(/no health path[\s\S]*no metrics[\s\S]*no release/);
  const silent = await discover('http://127.0.0.1:9');
  expect(silent.missing).toEqual([expect.stringContaining('does not answer')]);
});

test.for<[name: string, label: string, preset: string]>([
  ['http_server_request_duration_seconds', 'http_response_status_code', 'opentelemetry'],
  ['http_request_duration_seconds', 'status_code', 'prom-client'],
  ['nginx_ingress_controller_requests', 'status', 'nginx-ingress'],
])('the names %s with %s fit the preset %s', ([name, label, preset]) => {
  const metric = name.endsWith('_seconds') ? `${name}_count` : name;
  expect(trafficIn(parseExposition(`${metric}{${label}="200"} 1\n`))).toBe(preset);
});

test('other names become selectors by the label that tells the status', () => {
  expect(trafficIn(parseExposition(counted('code="200"')))).toEqual({
    operations: 'http_request_duration_seconds_count',
    errors: 'http_request_duration_seconds_count{code=~"5.."}',
    rejected: 'http_request_duration_seconds_count{code=~"4.."}',
    duration: 'http_request_duration_seconds',
  });
  const ofCounter = {
    operations: 'http_requests_total',
    errors: 'http_requests_total{status=~"5.."}',
    rejected: 'http_requests_total{status=~"4.."}',
  };
  const counter = 'http_requests_total{status="200"} 3\n';
  expect(trafficIn(parseExposition(counter))).toEqual(ofCounter);
  // A histogram without a status counts no errors, and its durations tell all the same.
  const both = `${counter}${counted('path="/"')}`;
  expect(trafficIn(parseExposition(both))).toEqual({
    ...ofCounter,
    duration: 'http_request_duration_seconds',
  });
  expect(trafficIn(parseExposition('process_cpu_seconds_total 3\n'))).toBeUndefined();
});

test('a service that asks for a token is asked with it, and its reference is written', async () => {
  const routes: Record<string, string> = { '/health': 'ok', '/metrics': counted('status_code="200"') };
  const url = await httpServer((request, response) => {
    const isKnown = request.headers.authorization === 'Bearer token-of-init';
    response.writeHead(isKnown ? (routes[request.url ?? ''] ? 200 : 404) : 401);
    response.end(isKnown ? routes[request.url ?? ''] : '');
  });
  expect((await discover(url)).missing[0]).toMatch(/answers 401; vigil init --bearer env:NAME/);
  const cwd = emptyFolder({ 'package.json': '{"type":"module"}' });
  const args = ['init', '--yes', '--url', url, '--bearer', 'env:INIT_TOKEN'];
  const { stdout } = await vigil(args, { cwd, env: { INIT_TOKEN: 'token-of-init' } });
  expect(stdout).not.toMatch(/who asks|no health path|no metrics/);
  const text = readFileSync(path.join(cwd, 'vigil.config.ts'), 'utf8');
  expect(text).toContain("auth: { bearer: 'env:INIT_TOKEN' }");
  expect(text).toContain("traffic: 'prom-client'");
  expect(text).not.toContain('token-of-init');
  const missing = await vigil(args, { cwd: emptyFolder() });
  expect(missing).toMatchObject({ code: 64, stderr: expect.stringContaining('--bearer: env:INIT_TOKEN') });
});

test('--docker writes what a container of the suite is made of, by the lock file that is there', async () => {
  const files = {
    'package.json': '{}',
    'pnpm-lock.yaml': '',
    'vigil.config.json': '{}',
    'vigil.compose.yaml': 'mine',
  };
  const cwd = emptyFolder(files);
  const { stdout } = await vigil(['init', '--yes', '--docker', '--url', 'http://127.0.0.1:9'], { cwd });
  expect(stdout).toMatch(
    /written vigil\.Dockerfile\n {2}written vigil\.Dockerfile\.dockerignore\n {2}kept +vigil\.compose/,
  );
  expect(stdout).toContain('docker compose --file vigil.compose.yaml up');
  const text = readFileSync(path.join(cwd, 'vigil.Dockerfile'), 'utf8');
  expect(text).toContain(
    'COPY package.json pnpm-lock.yaml ./\nRUN npm install --global pnpm && pnpm install',
  );
  expect(text).toContain('"--config", "vigil.config.json"]');
  expect(text).not.toContain('${');
});

test('a service that refuses its root, and whose health nobody could guess, is not called broken', async () => {
  const url = await httpServer((_, response) => response.writeHead(404).end());
  const found = await discover(url);
  expect(found.missing[0]).toContain('/ answers 404');
  const checkOf = (status: number) => {
    const files = initFiles({ url, isModule: true, ci: false, found: { ...found, status } });
    return files.find(({ path: file }) => file.endsWith('service.check.ts'))?.text;
  };
  expect(checkOf(404)).toContain('answer.status < 500');
  expect(checkOf(200)).toContain('answer.status < 400');
  expect(checkOf(503)).toContain('answer.status < 400');
});
