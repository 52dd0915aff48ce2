import { expect, onTestFinished, test } from 'vitest';
import { once } from '../../health-tests/support/worker.ts';
import {
  type Exchanges,
  enterExchanges,
  noteExchanges,
  tellingFirst,
} from '../../src/clients/http/exchanges.ts';
import { send } from '../../src/clients/http/http.ts';
import { answering, httpServer } from './servers.ts';

test('requests are noted where that is wanted: the first that failed tells most, cut and without header lines', async () => {
  const url = await httpServer(
    answering({ '/health': [200, { status: 'up' }], '/broken': [500, 'x'.repeat(5000)] }),
  );
  const exchanges: Exchanges = [];
  await noteExchanges(exchanges, async () => {
    await send(`${url}/health`, { headers: { authorization: 'Bearer of-nobody' } });
    expect(tellingFirst(exchanges)).toMatchObject([{ method: 'GET', status: 200, came: '{"status":"up"}' }]);
    await send(`${url}/broken`, { json: { order: 7 } });
    await send(`${url}/health`);
  });
  const [telling, ...others] = tellingFirst(exchanges);
  expect(others).toMatchObject([{ url: `${url}/health`, status: 200 }]);
  expect(telling).toMatchObject({ method: 'POST', url: `${url}/broken`, sent: '{"order":7}', status: 500 });
  expect(telling?.came).toHaveLength(1500);
  expect(JSON.stringify(exchanges)).not.toContain('of-nobody');
  const before = structuredClone(exchanges);
  await send(`${url}/health`);
  expect(exchanges).toEqual(before);
});

test('of two that ask at once each notes its own, and a silent one says why', async () => {
  const url = await httpServer(answering({ '/health': [200, 'ok'] }));
  const [one, other]: [Exchanges, Exchanges] = [[], []];
  await Promise.all([
    noteExchanges(one, () => send(`${url}/health`)),
    noteExchanges(other, () => send('http://127.0.0.1:9/gone').catch(() => undefined)),
  ]);
  expect(one).toMatchObject([{ status: 200 }]);
  expect(other).toMatchObject([
    { url: 'http://127.0.0.1:9/gone', failure: expect.stringContaining('127.0.0.1:9') },
  ]);
});

test('a few are kept, of those that were answered well the newest', async () => {
  const url = await httpServer(
    answering({ '/a': [200, 'a'], '/b': [503, 'b'], '/c': [200, 'c'], '/d': [200, 'd'] }),
  );
  const exchanges: Exchanges = [];
  onTestFinished(() => enterExchanges(undefined));
  enterExchanges(exchanges);
  for (const path of ['/a', '/b', '/c', '/d', '/d']) await send(`${url}${path}`);
  enterExchanges(undefined);
  await send(`${url}/a`);
  expect(tellingFirst(exchanges).map(({ came }) => came)).toEqual(['b', 'd', 'c']);
});

test('each check that awaits what is done once has what it asked', async () => {
  const url = await httpServer(answering({ '/health': [200, 'ok'] }));
  const shared = once(() => send(`${url}/health`));
  const asked = async () => {
    const exchanges: Exchanges = [];
    await noteExchanges(exchanges, shared);
    return exchanges.map(({ came }) => came);
  };
  expect([await asked(), await asked()]).toEqual([['ok'], ['ok']]);
});
