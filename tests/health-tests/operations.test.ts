import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { offer, sendBatch } from '../../health-tests/support/batch.ts';
import { findCycle, leavesOf } from '../../health-tests/support/graph.ts';
import { type Operation, sendOperation } from '../../health-tests/support/operation.ts';
import { httpServer } from '../clients/servers.ts';

const done: Operation = {
  traceId: 't',
  spanId: 's',
  sentAtMs: 0,
  durationMs: 1,
  status: 200,
  text: '',
  error: undefined,
};
const failed: Operation = { ...done, status: 500, error: 'answered 500' };

const graph = (...edges: string[]) => ({
  nodes: [...new Set(edges.flatMap((edge) => edge.split('>')))].map((id) => ({
    id,
    parent: null,
    title: id,
    capability: 'writing',
    covers: [],
  })),
  edges: edges.map((edge) => {
    const [from = '', to = ''] = edge.split('>');
    return { from, to };
  }),
});

test('a batch is as many operations as asked for, never more at once than allowed', async () => {
  let [now, most] = [0, 0];
  const batch = await sendBatch(
    40,
    4,
    async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(2);
      now -= 1;
      return done;
    },
    60_000,
  );
  expect(batch.operations).toHaveLength(40);
  expect(most).toBe(4);
});

test('a batch out of time holds only what was sent', async () => {
  const batch = await sendBatch(1000, 2, () => sleep(20, done), 100);
  expect(batch.operations.length).toBeLessThan(1000);
  expect(batch.operations.length).toBeGreaterThan(0);
});

test('offered operations count when they completed; a failure and one under way don’t', async () => {
  let sent = 0;
  const seen = await offer(20, 1, () => {
    sent += 1;
    if (sent <= 3) return Promise.resolve(failed);
    if (sent <= 6) return new Promise<Operation>(() => {}); // never answered
    return Promise.resolve(done);
  });
  expect(seen).toMatchObject({ offered: 20, failed: 3, completed: 14 });
});

const body = '{"taskId":"1","status":"completed","validation":{"valid":true}}';

test('an operation is sent under its own trace, and its answer is a value', async () => {
  const seen: string[] = [];
  const url = await httpServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.traceparent}`);
    response.end(body);
  });
  const operation = await sendOperation(url);
  expect(operation).toMatchObject({ status: 200, error: undefined, text: body });
  expect(seen).toEqual([`POST /v1/tasks 00-${operation.traceId}-${operation.spanId}-01`]);
});

test('a status other than 200 is an error that names URL and status', async () => {
  const url = await httpServer((_, response) => response.writeHead(503).end('busy'));
  const operation = await sendOperation(url);
  expect(operation).toMatchObject({ status: 503, text: 'busy' });
  expect(operation.error).toBe(`${url}/v1/tasks answered 503`);
});

test('a status of 200 whose body says that the task failed is an error', async () => {
  const url = await httpServer((_, response) => response.end(body.replace('completed', 'failed')));
  expect((await sendOperation(url)).error).toBe(
    `${url}/v1/tasks answered 200, but status is "failed", expected "completed"`,
  );
});

test('no answer at all is an error that says what happened', async () => {
  const refused = await sendOperation(`http://127.0.0.1:${await freePort()}`);
  expect(refused.status).toBe(0);
  expect(refused.error).toContain('connection refused');
  const silent = await sendOperation(await httpServer(() => {}), undefined, 200);
  expect(silent.status).toBe(0);
  expect(silent.error).toBeDefined();
});

test.for([
  ['no edges', graph('a>b'), undefined],
  ['a diamond', graph('a>b', 'a>c', 'b>d', 'c>d'), undefined],
  ['a circle of two', graph('a>b', 'b>a'), 'a → b → a'],
  ['a circle behind a chain', graph('a>b', 'b>c', 'c>d', 'd>b'), 'b → c → d → b'],
  ['a node before itself', graph('a>a'), 'a → a'],
] as const)('%s has the cycle it has', ([, of, cycle]) => {
  expect(findCycle(of)).toBe(cycle);
});

test('leaves are the nodes that nobody has for a parent', () => {
  const [root, leaf] = [{ id: 'root' }, { id: 'leaf', parent: 'root' }].map((node) => ({
    parent: null,
    title: '',
    capability: null,
    covers: [],
    ...node,
  }));
  expect(leavesOf({ nodes: [root, leaf] as never, edges: [] })).toEqual([leaf]);
});
