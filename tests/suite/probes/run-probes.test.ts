import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redactorOf } from '../../../src/core/config/secrets.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { judgeCatalogue } from '../../../src/suite/outcomes/judge-suite.ts';
import { suiteResultOf } from '../../../src/suite/outcomes/suite-result.ts';
import { catalogueOfProbes } from '../../../src/suite/probes/catalogue.ts';
import { runProbes } from '../../../src/suite/probes/run-probes.ts';

let url = '';
let asked = 0;
let most = 0;
const server = http.createServer(async (request, response) => {
  asked += 1;
  most = Math.max(most, asked);
  await new Promise((resolve) => setTimeout(resolve, request.url === '/slow' ? 1500 : 30));
  asked -= 1;
  response.setHeader('x-echo', request.headers.authorization ?? '');
  response.writeHead(request.url === '/gone' ? 404 : 200).end('hello');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function outcomesOf(probes: object[], timeoutMs = 10_000, signal?: AbortSignal) {
  const config = validateConfig({ target: { url }, probes }, 'the test');
  const run = await runProbes({
    probes: config.probes,
    targetUrl: url,
    folder: process.cwd(),
    network: config.network,
    redactor: redactorOf(config),
    timeoutMs,
    signal,
  });
  const judged = judgeCatalogue(suiteResultOf(run), catalogueOfProbes(config.probes), []);
  return {
    run,
    problems: judged.problems,
    outcomes: Object.fromEntries(judged.outcomes.map(({ id, outcome }) => [id, outcome])),
    reasons: judged.outcomes.map(({ reason }) => reason ?? ''),
  };
}

test('each probe is judged as a check is: pass, fail, and unknown where the secret is missing', async () => {
  const { outcomes, problems, run } = await outcomesOf([
    { type: 'http', id: 'fine', url: '/', p95: '< 5 s' },
    { type: 'http', id: 'gone', url: '/gone' },
    { type: 'http', id: 'secret', url: '/', headers: { authorization: 'env:NOBODY_SET_THIS' } },
  ]);
  expect(outcomes).toEqual({ fine: 'pass', gone: 'fail', secret: 'unknown' });
  expect(problems).toEqual([]);
  expect(run.exit.code).toBe(1);
  expect(
    run.events?.cases.map(({ exchanges }) => exchanges?.map(({ status, came }) => [status, came])),
  ).toEqual([[[200, 'hello']], [[404, 'hello']], []]);
  expect(run.events?.cases.map(({ name }) => name.split(' ')[0])).toEqual(['fine', 'gone', 'secret']);
});

test('five run beside one another, and no more', async () => {
  most = 0;
  await outcomesOf(Array.from({ length: 12 }, (_, index) => ({ type: 'http', id: `p${index}`, url: '/' })));
  expect(most).toBe(5);
});

test('what has not ended in time is unknown, and so is what passed before: the run was cut off', async () => {
  const { outcomes, problems } = await outcomesOf(
    [
      { type: 'http', id: 'fine', url: '/' },
      { type: 'http', id: 'slow', url: '/slow' },
    ],
    400,
  );
  expect(outcomes).toEqual({ fine: 'unknown', slow: 'unknown' });
  expect(problems[0]).toMatch(
    /^the suite did not end within 400ms \(`timeout`\): slow had begun and not ended; /,
  );
});

test('a probe whose requests take longer than the whole time fails by that, and the others count', async () => {
  const { outcomes, problems, reasons } = await outcomesOf(
    [
      { type: 'http', id: 'fine', url: '/' },
      { type: 'http', id: 'slow', url: '/', samples: 40 },
    ],
    600,
  );
  expect(outcomes).toEqual({ fine: 'pass', slow: 'fail' });
  expect(problems).toEqual([]);
  expect(reasons[1]).toMatch(/too slow: only \d+ of 40 requests fit into 570ms, the slowest took [\d.]+ ms/);
});

test('a probe for which others left no time is unknown, and not slow', async () => {
  const busy = Array.from({ length: 5 }, (_, index) => ({ type: 'http', id: `busy${index}`, url: '/slow' }));
  const late = { type: 'http', id: 'late', url: '/', samples: 20 };
  const { outcomes, reasons } = await outcomesOf([...busy, late], 2000);
  expect(outcomes).toEqual({ ...Object.fromEntries(busy.map(({ id }) => [id, 'pass'])), late: 'unknown' });
  expect(reasons.at(-1)).toContain('other probes took the rest');
});

test('a watch that is ended ends its probes', async () => {
  const { outcomes } = await outcomesOf(
    [{ type: 'http', id: 'slow', url: '/slow' }],
    10_000,
    AbortSignal.timeout(200),
  );
  expect(outcomes).toEqual({ slow: 'unknown' });
});

test('a secret stands nowhere in what is left behind', async () => {
  process.env.PROBE_TEST_TOKEN = 'very-secret-token-7391';
  const { run, outcomes } = await outcomesOf([
    {
      type: 'http',
      id: 'echo',
      url: '/',
      headers: { authorization: 'env:PROBE_TEST_TOKEN' },
      header: { 'x-echo': 'something else' },
    },
  ]);
  delete process.env.PROBE_TEST_TOKEN;
  expect(outcomes).toEqual({ echo: 'fail' });
  expect(run.junitXml?.toString()).toContain('header x-echo is');
  expect(JSON.stringify(run.events) + run.junitXml?.toString()).not.toContain('very-secret-token-7391');
});
