import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { monitoringFiles } from '../../../src/setup/render/monitoring/monitoring-files.ts';
import { settingsFor } from '../../setup/render/monitoring/rendered.ts';
import { port, token } from './gate-port.ts';
import { askedMs, deployedMs, hour } from './green.ts';

const settings = settingsFor({ monitoring: { kubernetes: { namespace: 'prod' } } });
const files = new Map((await monitoringFiles(settings)).map((file) => [file.path, file.text]));
const read = (file: string) => parse(files.get(`kubernetes/${file}`) ?? '');

/** The names by which the pod may be asked, as it is told by its environment. */
function namesOfThePod(): string[] {
  const [container] = read('statefulset/stateful-set.yaml').spec.template.spec.containers;
  const { value } = container.env.find(({ name }: { name: string }) => name === 'VIGIL_SERVER_HOSTS');
  return JSON.parse(value.replaceAll('$(POD_NAMESPACE)', 'prod'));
}

interface Sent {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends as Go's net/http does: the URL's host as Host, its user and password as Basic; to where the test listens. */
async function send({ method, url, headers = {}, body = '' }: Sent, here: string) {
  const { username, password, host, pathname, search } = new URL(url);
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  const { hostname, port: portHere } = new URL(here);
  const sending = request({
    hostname,
    port: portHere,
    method,
    path: pathname + search,
    headers: {
      host,
      'user-agent': 'Go-http-client/1.1',
      'content-length': Buffer.byteLength(body),
      'accept-encoding': 'gzip',
      ...(password && { authorization: `Basic ${login}` }),
      ...headers,
    },
  });
  const answered = new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve).once('error', reject);
  });
  sending.end(body);
  const answer = await answered;
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

describe('the rendered Canary, sent as Flagger sends its webhooks', () => {
  const { webhooks } = read('flagger/canary.yaml').spec.analysis;

  /** Flagger takes at most 202 for a yes, and says why not by the body. */
  async function hook(here: string, type: string, phase: string) {
    const one = webhooks.find((webhook: { type: string }) => webhook.type === type);
    const payload = { name: 'genesis-orchestration', namespace: 'prod', phase, checksum: '7d9f' };
    const { status, text: reason } = await send(
      {
        method: 'POST',
        url: one.url.replace('TOKEN', token),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...payload,
          metadata: one.metadata ?? { eventMessage: 'm', eventType: 'Normal' },
        }),
      },
      here,
    );
    return { isOpen: status <= 202, status, reason };
  }

  test('passes the gate at each of its hooks, and takes the stages of the plan', async () => {
    const { url, history } = await port({ names: namesOfThePod(), without: ['stage'] });
    const taken = () => history.takenStages(deployedMs).map(({ percent }) => percent);
    expect(await hook(url, 'confirm-rollout', 'Waiting')).toMatchObject({ isOpen: true });
    expect(taken()).toEqual([]);
    expect(await hook(url, 'confirm-traffic-increase', 'Progressing')).toMatchObject({ isOpen: true });
    expect(taken()).toEqual([25]);
    const soaking = await hook(url, 'confirm-traffic-increase', 'Progressing');
    expect(soaking).toMatchObject({ status: 403, reason: expect.stringContaining('soak time') });
    expect(await hook(url, 'confirm-promotion', 'WaitingPromotion')).toMatchObject({ isOpen: false });
    // Yes rolls back, and nothing calls for it.
    expect(await hook(url, 'rollback', 'Progressing')).toMatchObject({ status: 403 });
    expect(await hook(url, 'event', 'Progressing')).toMatchObject({ isOpen: true });
    expect(history.deployments(0, askedMs + hour).at(-1)?.release).toBe('prod/genesis-orchestration@7d9f');
  });

  test('is closed with another token, and under a name that the pod does not have', async () => {
    const { url } = await port({ names: namesOfThePod() });
    const [, increase] = webhooks;
    const post = (to: string) => send({ method: 'POST', url: to, body: '{}' }, url);
    expect((await post(increase.url)).status).toBe(403);
    expect((await post('http://vigil.other:8002/flagger/rollback')).status).toBe(421);
  });
});

describe('the rendered AnalysisTemplate, measured as Argo Rollouts does', () => {
  const { args, metrics } = read('argo-rollouts/analysis-template.yaml').spec;
  const [metric] = metrics;

  /** Replaces the arguments, sends, reads the path, and judges by the two conditions. */
  async function measure(here: string, given: Record<string, string>) {
    const values: Record<string, string> = { token };
    for (const { name, value } of args) if (value !== undefined) values[name] = value;
    const resolved = JSON.parse(
      JSON.stringify(metric.provider.web).replaceAll(/\{\{args\.(\w+)\}\}/g, (_, name: string) => {
        return { ...values, ...given }[name] ?? '';
      }),
    );
    const headers = resolved.headers.map(({ key, value }: { key: string; value: string }) => [key, value]);
    const sent = { method: resolved.method, url: resolved.url, headers: Object.fromEntries(headers) };
    const { status, text: body } = await send(sent, here);
    expect(resolved.jsonPath).toBe('{$.data.verdict}');
    const result = JSON.parse(body).data.verdict;
    const holds = (condition: string) => condition === `result == "${result}"`;
    if (status < 200 || status >= 300) return 'Error';
    if (holds(metric.failureCondition)) return 'Failed';
    return holds(metric.successCondition) ? 'Successful' : 'Inconclusive';
  }

  test('takes the stage that is asked for, once its time has come, and nothing without the token', async () => {
    const { url, history } = await port({ names: namesOfThePod() });
    const taken = () => history.takenStages(deployedMs).map(({ percent }) => percent);
    expect(await measure(url, { to: '50', token: 'wrong' })).toBe('Inconclusive');
    expect(taken()).toEqual([25]);
    expect(await measure(url, { to: '50' })).toBe('Successful');
    expect(taken()).toEqual([25, 50]);
    expect(await measure(url, { to: '100' })).toBe('Failed');
    expect(await measure(url, { to: '33' })).toBe('Inconclusive');
  });
});
