import { chmodSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../fixtures/range/spawn-server.ts';
import { alertmanagerStatus } from '../../src/clients/alertmanager.ts';
import { containerRestarts, listContainers } from '../../src/clients/docker.ts';
import { dashboardOf, dataSourceFault, grafanaHealth } from '../../src/clients/grafana.ts';
import { evaluateFlag } from '../../src/clients/ofrep.ts';
import { answering, failureOf, httpServer, temporaryFolder } from './servers.ts';

describe('Grafana', () => {
  test('tells the state of its database and its version, also while the database fails', async () => {
    const good = await httpServer(
      answering({ '/api/health': [200, { database: 'ok', version: '11.2.0', commit: 'x' }] }),
    );
    expect(await grafanaHealth(good)).toEqual({ database: 'ok', version: '11.2.0' });
    const bad = await httpServer(answering({ '/api/health': [503, { database: 'failing' }] }));
    expect(await grafanaHealth(bad)).toEqual({ database: 'failing' });
  });

  test('has a dashboard or not', async () => {
    const url = await httpServer(
      answering({
        '/api/dashboards/uid/genesis-48h': [
          200,
          {
            dashboard: {
              templating: { list: [{ name: 'chosen', type: 'datasource', current: { value: 'main' } }] },
              panels: [
                { datasource: { uid: '$chosen' } },
                { datasource: { uid: '-- Grafana --' } },
                {
                  panels: [{ datasource: { uid: 'store' }, targets: [{ datasource: { uid: '$other' } }] }],
                },
              ],
            },
          },
        ],
      }),
    );
    expect(await dashboardOf(url, 'genesis-48h')).toEqual({ panels: 4, dataSources: ['main', 'store'] });
    expect(await dashboardOf(url, 'another')).toBeUndefined();
  });

  test('says what keeps a data source from answering; who may not ask learns nothing', async () => {
    const at = (uid: string) => `/api/datasources/uid/${uid}/health`;
    const url = await httpServer(
      answering({
        [at('good')]: [200, { status: 'OK' }],
        [at('bad')]: [400, { status: 'ERROR', message: 'connection refused' }],
        [at('hidden')]: [403, {}],
      }),
    );
    expect(await dataSourceFault(url, 'good')).toBeUndefined();
    expect(await dataSourceFault(url, 'hidden')).toBeUndefined();
    expect(await dataSourceFault(url, 'bad')).toBe('data source bad is ERROR: connection refused');
    expect(await dataSourceFault(url, 'gone')).toBe('data source gone does not exist');
  });

  test.each([
    [401, {}],
    [403, {}],
    [302, { location: '/grafana/login?redirect=x' }],
  ])('that answers %d asks for access', async (status, headers) => {
    const url = await httpServer((_request, response) => response.writeHead(status, headers).end('{}'));
    for (const attempt of [dashboardOf(url, 'x'), grafanaHealth(url)]) {
      const failure = await failureOf(attempt);
      expect(failure.code).toBe('TARGET_CONTRACT');
      expect(failure.hint).toContain('anonymous');
    }
  });

  test('that is something else is named', async () => {
    const url = await httpServer(
      answering({ '/api/health': [200, { status: 'fine' }], '/api/dashboards/uid/x': [500, 'oops'] }),
    );
    expect((await failureOf(grafanaHealth(url))).message).toContain('expected { "database": … }');
    expect((await failureOf(dashboardOf(url, 'x'))).message).toContain('got 500 "oops"');
  });
});

describe('Docker', () => {
  const list = [
    { Names: ['/web', '/link/alias'], Image: 'web:1', State: 'running', Status: 'Up 2 minutes (healthy)' },
    { Names: ['/db'], Image: 'db:1', State: 'running', Status: 'Up 3 seconds (health: starting)' },
    { Names: ['/job'], Image: 'job:1', State: 'exited', Status: 'Exited (137) 2 hours ago' },
    { Names: ['/bad'], Image: 'bad:1', State: 'running', Status: 'Up 5 minutes (unhealthy)' },
  ];
  const containers = [
    { names: ['web', 'link/alias'], image: 'web:1', state: 'running', health: 'healthy' },
    { names: ['db'], image: 'db:1', state: 'running', health: 'starting' },
    { names: ['job'], image: 'job:1', state: 'exited', health: 'none' },
    { names: ['bad'], image: 'bad:1', state: 'running', health: 'unhealthy' },
  ];

  test('lists containers over its socket, stopped ones too', async () => {
    const socket = path.join(await temporaryFolder(), 'docker.sock');
    let asked = '';
    await httpServer((request, response) => {
      asked = request.url ?? '';
      response.end(JSON.stringify(list));
    }, socket);
    expect(await listContainers({ socket })).toEqual(containers);
    expect(await listContainers({ socket: `unix://${socket}` })).toEqual(containers);
    expect(asked).toBe('/containers/json?all=1');
  });

  test('tells how often a container was restarted, and when last', async () => {
    const found = { RestartCount: 412, State: { StartedAt: '2026-03-01T12:00:00.5Z' } };
    const url = await httpServer(answering({ '/containers/web/json': [200, found] }));
    expect(await containerRestarts({ socket: url }, 'web')).toEqual({
      restarts: 412,
      startedMs: Date.parse('2026-03-01T12:00:00.5Z'),
    });
    const gone = await failureOf(containerRestarts({ socket: url }, 'gone'));
    expect(gone.message).toContain('RestartCount');
  });

  test('lists containers over TCP', async () => {
    const url = await httpServer(answering({ '/containers/json': [200, list] }));
    expect(await listContainers({ socket: url })).toEqual(containers);
    expect(await listContainers({ socket: url.replace('http:', 'tcp:') })).toEqual(containers);
  });

  test('without a socket, or without permission, is named', async () => {
    const folder = await temporaryFolder();
    const socket = path.join(folder, 'docker.sock');
    expect((await failureOf(listContainers({ socket }))).message).toContain(`${socket}): no such socket`);
    await httpServer((_request, response) => response.end('[]'), socket);
    chmodSync(socket, 0);
    // Root may use every socket.
    if (process.getuid?.() === 0) return;
    expect((await failureOf(listContainers({ socket }))).message).toContain('permission denied');
  });

  test('that answers an error is named', async () => {
    const url = await httpServer(answering({ '/containers/json': [500, { message: 'daemon is ill' }] }));
    expect((await failureOf(listContainers({ socket: url }))).message).toContain('daemon is ill');
  });
});

describe('a feature flag', () => {
  const at = '/ofrep/v1/evaluate/flags/phase_4';

  test('evaluates for a targeting key', async () => {
    const url = await httpServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { targetingKey } = JSON.parse(body).context;
      const value = request.url === at && request.method === 'POST' && targetingKey === 'user-1';
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          key: 'phase_4',
          value,
          reason: 'SPLIT',
          variant: 'on',
          metadata: { percentage: 25 },
        }),
      );
    });
    expect(await evaluateFlag(url, 'phase_4', 'user-1')).toEqual({
      value: true,
      reason: 'SPLIT',
      variant: 'on',
      metadata: { percentage: 25 },
    });
    // `false` is a value too.
    expect((await evaluateFlag(url, 'phase_4', 'user-2')).value).toBe(false);
  });

  test.each([
    [404, { key: 'phase_4', errorCode: 'FLAG_NOT_FOUND' }, 'got FLAG_NOT_FOUND'],
    [400, { errorCode: 'PARSE_ERROR', errorDetails: 'line 3' }, 'got PARSE_ERROR: line 3'],
    [404, 'no such page', 'got 404 "no such page"'],
    [200, { key: 'phase_4', reason: 'DISABLED' }, 'expected a value of the flag phase_4'],
  ])('that answers %d %j breaks the contract', async (status, body, message) => {
    const url = await httpServer(answering({ [at]: [status, body] }));
    const failure = await failureOf(evaluateFlag(url, 'phase_4', 'x'));
    expect(failure.code).toBe('TARGET_CONTRACT');
    expect(failure.message).toContain(message);
  });

  test('of a service that is down is unreachable', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect((await failureOf(evaluateFlag(url, 'x', 'y'))).code).toBe('TARGET_UNREACHABLE');
  });
});

test('what is no Alertmanager is named', async () => {
  const url = await httpServer(
    answering({ '/-/ready': [200, 'OK'], '/api/v2/status': [200, { uptime: 1 }] }),
  );
  expect((await failureOf(alertmanagerStatus(url))).message).toContain(
    'expected the status of an Alertmanager',
  );
});
