// @module-tag prometheus
// @module-tag prometheus-alertmanager
// @module-tag prometheus-node-exporter

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../fixtures/stack/index.ts';
import { targetsUp } from '../../src/clients/prometheus.ts';
import { getJson, openAlerts, statesInOrder, until } from './ask.ts';

/** One case that passes, at once: what the 36 checks say is tested elsewhere. */
const writer =
  'require("node:fs").writeFileSync(process.argv[1], \'<testsuite name="s" tests="1"><testcase name="fine" classname="c"/></testsuite>\')';
/** This machine is busy with other tests: its load is not what is judged here. */
const never = { warning: { value: 2 } };
const free = { orchestration: 0, planner: 0, vigil: 0, nodeExporter: 0 };

let stack: Stack;
const ended: string[] = [];

beforeAll(async () => {
  stack = await startStack({
    ports: { ...free, prometheus: 0, alertmanager: 0, webhook: 0, traces: 0 },
    // All windows and waits are a fortieth: `for: 2m` is 3 s, the 15 minutes without a cycle are 22.5 s.
    tuning: { interval: '4s', timeout: '3s', sampleInterval: '1s', timeScale: 0.025 },
    overrides: {
      suite: { command: [process.execPath, '-e', writer, '{junit}'] },
      thresholds: {
        cpuUsed: never,
        memoryUsed: never,
        diskUsed: never,
        latencyP95: { critical: { value: 5 }, rollback: { value: 5 } },
      },
    },
    warmupOperations: 0,
    onEnd: (name, how) => ended.push(`${name} ${how}`),
  });
});
afterAll(() => stack?.stop());

const put = (fault: string, parameters: object) =>
  fetch(`${stack.urls.orchestration}/faults/${fault}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });

/** What arrived of an alert in a state on a path, and through which receiver. */
function arrived(path: string, alertname: string, status: 'firing' | 'resolved') {
  return stack.webhook.arrivals(path).flatMap(({ body }) => {
    if (typeof body === 'string') return [];
    const alerts = body.alerts.filter(
      (alert) => alert.labels.alertname === alertname && alert.status === status,
    );
    return alerts.map((alert) => ({ receiver: body.receiver, groupLabels: body.groupLabels, ...alert }));
  });
}

const received = (alertname: string, status: 'firing' | 'resolved', path = '/alerts') =>
  until(`${alertname} ${status} at ${path}`, async () => arrived(path, alertname, status)[0]);

/** The route of an alert: who was told, with which severity, and in which group. */
function routeOf({ receiver, labels, groupLabels }: Awaited<ReturnType<typeof received>>) {
  return { receiver, severity: labels.severity, priority: labels.priority, groupLabels };
}

const isOpen = async (entry: string) => (await openAlerts(stack.urls.prometheus)).includes(entry);

/** The states that Vigil's own engine went through for a rule, in their order. */
async function ownStates(rule: string, job?: string): Promise<string[]> {
  const { transitions } = await getJson<{
    transitions: { alert: string; from: string; to: string; labels: Record<string, string> }[];
  }>(`${stack.urls.vigil}/api/alerts`);
  return transitions
    .filter(({ alert, from, to }) => alert === rule && from !== to)
    .filter(({ labels }) => job === undefined || labels.job === job)
    .map(({ to }) => to);
}

describe('the stack, with Debian’s own Prometheus, Alertmanager and node_exporter', () => {
  test('healthy: every target is up, and no alert is open but the Watchdog', async () => {
    const { prometheus } = stack.urls;
    const jobs = ['genesis-orchestration', 'genesis-planner', 'genesis-tests', 'node'];
    await until('all targets up', async () => (await targetsUp(prometheus, jobs)).every(({ up }) => up));
    await until('only the Watchdog', async () => (await openAlerts(prometheus)).join() === 'Watchdog firing');
    const { data } = await getJson<{
      data: { groups: { rules: { type: string; name: string; health: string }[] }[] };
    }>(`${prometheus}/api/v1/rules`);
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.filter(({ type }) => type === 'alerting')).toHaveLength(19);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    await until('Watchdog’s heartbeat', async () => stack.webhook.arrivals('/heartbeat').length > 0);
    await until('Vigil’s heartbeat', async () => stack.webhook.arrivals('/vigil-heartbeat').length > 0);
  });

  test('errors: HighErrorRate is pending, fires, is grouped, routed as critical, told, and resolved', async () => {
    const { prometheus, alertmanager } = stack.urls;
    expect((await put('errors', { ratio: 0.5 })).status).toBe(200);
    await until('pending', async () => (await statesInOrder(prometheus, 'HighErrorRate'))[0] === 'pending');
    await until('firing', () => isOpen('HighErrorRate firing'));

    const told = await received('HighErrorRate', 'firing');
    expect(routeOf(told)).toEqual({
      receiver: 'critical',
      severity: 'critical',
      priority: 'P1',
      groupLabels: { alertname: 'HighErrorRate', deployment: 'genesis-stack', severity: 'critical' },
    });
    expect(told.annotations?.runbook_url).toContain('incident-response.md#higherrorrate');
    const groups = await getJson<{ receiver: { name: string }; alerts: { labels: object }[] }[]>(
      `${alertmanager}/api/v2/alerts/groups?filter=alertname="HighErrorRate"`,
    );
    expect(groups.map(({ receiver, alerts }) => [receiver.name, alerts.length])).toEqual([['critical', 1]]);
    await fetch(`${stack.urls.orchestration}/faults`, { method: 'DELETE' });
    await received('HighErrorRate', 'resolved');
    expect(await isOpen('HighErrorRate firing')).toBe(false);
    expect(await statesInOrder(prometheus, 'HighErrorRate')).toEqual(['pending', 'firing']);
    await until('over here too', async () => (await ownStates('HighErrorRate')).includes('resolved'));
    expect((await ownStates('HighErrorRate')).slice(0, 3)).toEqual(['pending', 'firing', 'resolved']);
    // Nobody was told of it by another route.
    const receivers = arrived('/alerts', 'HighErrorRate', 'firing').map(({ receiver }) => receiver);
    expect(new Set(receivers)).toEqual(new Set(['critical']));
    // Vigil's own engine has judged it by itself too, and leaves the telling to Alertmanager.
    expect(arrived('/vigil', 'HighErrorRate', 'firing')).toEqual([]);
  });

  test('a service that hangs: ServiceDown at P0, and resolved when it goes on', async () => {
    // While Prometheus looks for its targets for the first time, none of them is there.
    const sinceMs = Date.now();
    const toAll = (signal: NodeJS.Signals) => {
      for (const pid of [stack.genesis.pid, stack.genesis.plannerPid]) process.kill(pid, signal);
    };
    toAll('SIGSTOP');
    try {
      const told = await received('ServiceDown', 'firing');
      expect(routeOf(told)).toMatchObject({ receiver: 'critical', severity: 'critical', priority: 'P0' });
      await until('firing here too', async () => (await ownStates('ServiceDown')).includes('firing'));
    } finally {
      toAll('SIGCONT');
    }
    await received('ServiceDown', 'resolved');
    // Each service is a process of its own.
    for (const job of ['genesis-orchestration', 'genesis-planner']) {
      await until('over here too', async () => (await ownStates('ServiceDown', job)).includes('resolved'));
      expect(await ownStates('ServiceDown', job)).toEqual(['pending', 'firing', 'resolved']);
    }
    expect(await statesInOrder(stack.urls.prometheus, 'ServiceDown', sinceMs)).toEqual(['pending', 'firing']);
  });

  test('Vigil killed: its heartbeat ends, TestSuiteNotRunning is told as a warning, and resolved when it is back', async () => {
    // On a machine so busy that a cycle took too long it may have fired before.
    await until('quiet', async () => (await openAlerts(stack.urls.prometheus)).join() === 'Watchdog firing');
    const earlier = (status: 'firing' | 'resolved') =>
      arrived('/alerts', 'TestSuiteNotRunning', status).length;
    const before = { firing: earlier('firing'), resolved: earlier('resolved') };
    const next = (status: 'firing' | 'resolved') =>
      until(
        `TestSuiteNotRunning ${status}`,
        async () => arrived('/alerts', 'TestSuiteNotRunning', status)[before[status]],
      );
    process.kill(stack.servers.vigil.pid, 'SIGKILL');
    await stack.servers.vigil.exited;
    const beats = stack.webhook.arrivals('/vigil-heartbeat').length;
    const watchdogs = stack.webhook.arrivals('/heartbeat').length;
    const told = await next('firing');
    expect(routeOf(told)).toMatchObject({ receiver: 'warning', severity: 'warning', priority: 'P2' });
    expect(ended).toEqual(['Vigil SIGKILL']);
    // Several intervals have gone by: who watches from outside sees Vigil's heart stand still, and Prometheus's beat.
    expect(stack.webhook.arrivals('/vigil-heartbeat')).toHaveLength(beats);
    expect(stack.webhook.arrivals('/heartbeat').length).toBeGreaterThan(watchdogs);

    await stack.restartVigil();
    await next('resolved');
    await until('heartbeats again', async () => stack.webhook.arrivals('/vigil-heartbeat').length > beats);
    await until('quiet', async () => (await openAlerts(stack.urls.prometheus)).join() === 'Watchdog firing');
  });
});
