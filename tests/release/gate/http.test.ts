import { describe, expect, test } from 'vitest';
import { identity } from '../../history/cycle.ts';
import { bearer, port, token } from './gate-port.ts';
import { askedMs, deployedMs, type GreenOptions, hour, minute, takenMs } from './green.ts';

describe('Flagger', () => {
  test('confirm-traffic-increase asks for the next stage, opens with 200 and takes it', async () => {
    const { flagger, decisions, history } = await port();
    const open = await flagger('confirm-traffic-increase');
    expect([open.status, open.text]).toEqual([
      200,
      expect.stringContaining('pass: Let 50 % of the traffic through'),
    ]);
    expect(history.takenStages(deployedMs).map(({ percent }) => percent)).toEqual([25, 50]);
    expect(decisions()).toMatchObject([
      {
        to: 50,
        from: 25,
        verdict: 'pass',
        isTaken: true,
        release: 'v2',
        deployedMs,
        askedBy: 'Flagger for prod/genesis 7d9f',
        via: 'flagger confirm-traffic-increase',
      },
    ]);
    const next = await flagger('confirm-traffic-increase');
    expect([next.status, next.text]).toEqual([
      403,
      expect.stringContaining('fail: Do not scale up to 100 %'),
    ]);
  });

  test('closed is 403 with the reason and the time to come back, and is kept once however often it is asked', async () => {
    const { flagger, decisions, clock } = await port({
      atMs: deployedMs + 40 * minute,
      untilMs: deployedMs + 40 * minute,
    });
    for (let asked = 0; asked < 5; asked += 1) {
      const { status, text, headers } = await flagger('confirm-traffic-increase');
      expect(status).toBe(403);
      expect(text).toMatch(/soak time: wait .*; ask again at 2026-01-05T01:05:00Z/);
      expect(headers.get('content-type')).toContain('text/plain');
      clock.nowMs += 1000;
    }
    expect(decisions()).toMatchObject([{ times: 5, lastMs: clock.nowMs - 1000, isTaken: false }]);
  });

  test('confirm-rollout asks for the first stage and takes none: no traffic moves yet', async () => {
    const { flagger, history } = await port({ without: ['stage'] });
    expect((await flagger('confirm-rollout')).status).toBe(200);
    expect(history.takenStages(deployedMs)).toEqual([]);
    expect((await flagger('confirm-traffic-increase')).status).toBe(200);
    expect(history.takenStages(deployedMs).map(({ percent }) => percent)).toEqual([25]);
  });

  test('confirm-promotion asks for the last stage', async () => {
    const { flagger } = await port();
    const { status, text } = await flagger('confirm-promotion');
    expect([status, text]).toEqual([
      403,
      expect.stringContaining('Do not scale up to 100 %. First, stage order'),
    ]);
  });

  test('metadata names another stage; one that the plan has not is closed', async () => {
    const { flagger } = await port();
    expect((await flagger('confirm-traffic-increase', { metadata: { to: '25' } })).status).toBe(200);
    const none = await flagger('confirm-traffic-increase', { metadata: { to: '33' } });
    expect([none.status, none.text]).toEqual([403, 'closed: the plan has no such stage\n']);
  });

  test.each(['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'event'])(
    '%s without the token, or with another, is closed and changes nothing',
    async (hook) => {
      const { flagger, decisions, history } = await port();
      const before = history.deployments(0, Number.MAX_SAFE_INTEGER).length;
      for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${token}` }]) {
        const { status, text } = await flagger(hook, {}, headers as Record<string, string>);
        expect([status, text]).toEqual([403, expect.stringMatching(/^closed: .*token/)]);
      }
      expect(decisions()).toEqual([]);
      expect(history.deployments(0, Number.MAX_SAFE_INTEGER)).toHaveLength(before);
    },
  );

  test('the token may stand in the URL, as Flagger can send no header', async () => {
    const { flagger } = await port();
    const authorization = `Basic ${Buffer.from(`vigil:${token}`).toString('base64')}`;
    expect((await flagger('confirm-traffic-increase', {}, { authorization })).status).toBe(200);
  });

  test('where no token is configured everything that changes something is closed', async () => {
    const { flagger, send } = await port({ noToken: true });
    const hook = await flagger('confirm-traffic-increase');
    expect([hook.status, hook.text]).toEqual([
      403,
      expect.stringContaining('server.token is not configured'),
    ]);
    expect((await send('/api/gate', { json: { to: 50, by: 'x' }, headers: bearer })).status).toBe(403);
    expect((await send('/api/gate?to=50')).status).toBe(200);
  });

  test.each<[string, RequestInit]>([
    ['no JSON', { body: '{' }],
    ['another shape', { body: '[1]' }],
    ['no name', { body: '{"namespace":"prod"}' }],
    ['another type', { body: 'name=genesis', headers: { ...bearer, 'content-type': 'text/csv' } }],
    ['a body over 16 KiB', { body: JSON.stringify({ name: 'x'.repeat(20_000) }) }],
  ])('%s is closed with a reason, and is no 5xx', async (_, init) => {
    const { send } = await port();
    const headers = { ...bearer, 'content-type': 'application/json' };
    const { status, text } = await send('/flagger/confirm-traffic-increase', {
      method: 'POST',
      headers,
      ...init,
    });
    expect([status, text]).toEqual([403, expect.stringMatching(/^closed: ./)]);
  });

  test('asked too often it is closed, and never 429', async () => {
    const { flagger } = await port({ perMinute: 3 });
    const answers = [];
    for (let asked = 0; asked < 5; asked += 1) answers.push(await flagger('confirm-promotion'));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(answers.map(({ text }) => text.includes('asked too often'))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('a history that can’t be written opens nothing', async () => {
    const { flagger, history } = await port();
    history.database.exec('DROP TABLE decisions');
    const { status, text } = await flagger('confirm-traffic-increase');
    expect([status, text]).toEqual([403, expect.stringMatching(/^closed: .*decisions/)]);
  });

  describe('rollback is turned around', () => {
    const firing = (status: string) => ({
      fingerprint: 'r',
      rule: 'RollbackRequired',
      labels: { severity: 'critical', trigger: 'error_ratio' },
      status,
      sinceMs: askedMs - minute,
      heldMs: 0,
      clearMs: 0,
      isNew: true,
      last: { atMs: askedMs, state: 'breached' },
    });

    test('2xx rolls back: only when a trigger is past its limit, or a rollback is known', async () => {
      const { flagger, history } = await port();
      expect(await flagger('rollback', {}, {})).toMatchObject({ status: 403 });
      history.saveState('alerts', { version: 1, alerts: { r: firing('pending') }, groups: {} });
      expect(await flagger('rollback', {}, {})).toMatchObject({ status: 403 });
      history.saveState('alerts', { version: 1, alerts: { r: firing('firing') }, groups: {} });
      expect(await flagger('rollback', {}, {})).toMatchObject({
        status: 200,
        text: 'roll back: error_ratio\n',
      });
    });

    test('what one of several probes sees alone is information, and rolls nothing back', async () => {
      const { flagger, history } = await port();
      const told = firing('firing');
      const info = { ...told, labels: { ...told.labels, severity: 'info' } };
      history.saveState('alerts', { version: 1, alerts: { r: info }, groups: {} });
      expect(await flagger('rollback', {}, {})).toMatchObject({ status: 403 });
    });

    test('what nobody judges any more is no reason to roll back', async () => {
      const { flagger, history, clock } = await port();
      history.saveState('alerts', { version: 1, alerts: { r: firing('firing') }, groups: {} });
      clock.nowMs += hour;
      expect(await flagger('rollback')).toMatchObject({
        status: 403,
        text: expect.stringContaining('no loop'),
      });
    });

    test('a rollback of this release by Vigil rolls Flagger’s canary back too', async () => {
      const { flagger, history } = await port();
      history.recordRollback({ timeMs: askedMs, kind: 'flag', stage: 'validate', status: 'succeeded' });
      expect((await flagger('rollback')).status).toBe(200);
    });
  });

  test('event records a new revision as a deployment, once, and a failed one as rolled back, once', async () => {
    const { flagger, history, clock } = await port();
    const event = (phase: string, checksum = 'abc', nested = true) => {
      const told = {
        eventMessage: 'New revision detected!',
        eventType: 'Normal',
        timestamp: '1767571200000',
      };
      return flagger('event', { phase, checksum, ...(nested ? { metadata: told } : told) });
    };
    const all = () => history.deployments(askedMs, Number.MAX_SAFE_INTEGER);
    expect((await event('Initialized')).status).toBe(200);
    expect(all()).toEqual([]);
    await event('Waiting');
    clock.nowMs += 1000;
    await event('Progressing', 'abc', false);
    expect(all()).toMatchObject([
      { release: 'prod/genesis@abc', who: 'Flagger', note: 'New revision detected!' },
    ]);
    clock.nowMs += 1000;
    for (const checksum of ['abc', 'abc', 'other']) await event('Failed', checksum);
    expect(history.rollbacks(0, Number.MAX_SAFE_INTEGER)).toMatchObject([
      { kind: 'flagger', release: 'prod/genesis@abc' },
    ]);
    const { status, text } = await flagger('confirm-traffic-increase');
    expect([status, text]).toEqual([403, expect.stringContaining('rollbacks')]);
  });

  test('every other method and URL is closed', async () => {
    const { send } = await port();
    expect((await send('/flagger/confirm-promotion')).status).toBe(404);
    expect((await send('/flagger/nothing', { json: {}, headers: bearer })).status).toBeGreaterThan(202);
  });
});

describe('Argo Rollouts', () => {
  const verdict = (text: string) => JSON.parse(text).data.verdict;

  test.each<[string, string, GreenOptions & { atMs?: number }, string]>([
    ['a pass', '?to=50', {}, 'pass'],
    ['the next stage without one named', '', {}, 'pass'],
    ['a fail', '?to=100', {}, 'fail'],
    ['too little evidence', '?to=50', { without: ['sentinel'] }, 'inconclusive'],
    ['a stage that the plan has not', '?to=33', {}, 'inconclusive'],
    ['two stages at once', '?to=50&to=100', {}, 'inconclusive'],
    [
      'an empty history',
      '',
      { without: ['deployment', 'stage', 'cycles', 'samples', 'grid'] },
      'inconclusive',
    ],
  ])('%s is 200 with a verdict', async (_, query, options, expected) => {
    const { send, decisions } = await port(options);
    const { status, text } = await send(`/api/argo${query}`);
    expect([status, verdict(text)]).toEqual([200, expected]);
    expect(decisions()).toEqual([]); // a question by GET keeps nothing
  });

  test('POST with the token takes the stage; without it the answer is inconclusive', async () => {
    const { send, history } = await port();
    const without = await send('/api/argo?to=50', { method: 'POST' });
    expect([without.status, verdict(without.text)]).toEqual([200, 'inconclusive']);
    expect(history.takenStages(deployedMs)).toHaveLength(1);
    const { status, text } = await send('/api/argo?to=50', { method: 'POST', headers: bearer });
    expect([status, verdict(text)]).toEqual([200, 'pass']);
    expect(history.takenStages(deployedMs)).toHaveLength(2);
    expect(verdict((await send('/api/argo?to=50')).text)).toBe('pass');
  });

  test('neither a broken history nor too many questions make it an error', async () => {
    const { send, history } = await port({ perMinute: 2 });
    history.database.exec('DROP TABLE cycles');
    const answers = [];
    for (let asked = 0; asked < 3; asked += 1) answers.push(await send('/api/argo?to=50'));
    expect(answers.map(({ status, text }) => [status, verdict(text)])).toEqual(
      Array.from({ length: 3 }, () => [200, 'inconclusive']),
    );
    expect(answers[2]?.text).toContain('asked too often');
  });
});

describe('the plain API', () => {
  test('GET /api/gate answers with the whole decision and keeps nothing', async () => {
    const { send, decisions } = await port();
    const { status, text, headers } = await send('/api/gate?to=50');
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const document = JSON.parse(text);
    expect(document).toMatchObject({
      version: 1,
      from: 25,
      to: 50,
      verdict: 'pass',
      letThrough: true,
      release: 'v2',
    });
    expect(document.conditions).toHaveLength(21);
    expect(document.evidence).toMatchObject({
      source: 'history',
      target: 'http://target',
      sentinel: 'received',
    });
    expect(decisions()).toEqual([]);
  });

  test('a stage that the plan has not is a 400 that says which there are', async () => {
    const { send } = await port();
    const { status, text, headers } = await send('/api/gate?to=33');
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(text).detail).toContain('expected 25, 50, 100');
  });

  test('POST /api/gate takes the stage for who asks', async () => {
    const { send, history, decisions } = await port();
    expect((await send('/api/gate', { json: { to: 50, by: 'carol' } })).status).toBe(401);
    const { status, text } = await send('/api/gate', { json: { to: 50, by: 'carol' }, headers: bearer });
    expect([status, JSON.parse(text).verdict]).toEqual([200, 'pass']);
    expect(history.takenStages(deployedMs).map(({ percent }) => percent)).toEqual([25, 50]);
    expect(decisions()).toMatchObject([{ askedBy: 'carol', via: 'http' }]);
  });

  test('cycles that were judged by other thresholds count when the question says so', async () => {
    const criteria = { ...identity.criteria, hash: 'other', limits: {} };
    const { send } = await port({ cycleOf: () => ({ identity: { ...identity, criteria } }) });
    const verdict = async (path: string, init?: object) => JSON.parse((await send(path, init)).text).verdict;
    expect(await verdict('/api/gate?to=50')).toBe('inconclusive');
    expect(await verdict('/api/gate?to=50&acceptThresholds=true')).toBe('pass');
    const json = { to: 50, by: 'carol', acceptThresholds: true };
    expect(await verdict('/api/gate', { json, headers: bearer })).toBe('pass');
  });

  test('an override is no matter of HTTP', async () => {
    const { send } = await port({ without: ['stage'] });
    const json = { to: 50, by: 'carol', override: { by: 'carol', reason: 'now' } };
    expect((await send('/api/gate', { json, headers: bearer })).status).toBe(400);
  });

  test('POST /api/deployments begins a rollout, which GET /api/rollout shows', async () => {
    const { send, history } = await port();
    const json = { release: 'v3\n::error::x', by: 'ci', note: 'hotfix' };
    expect((await send('/api/deployments', { json })).status).toBe(401);
    const { status, text } = await send('/api/deployments', { json, headers: bearer });
    expect([status, JSON.parse(text)]).toMatchObject([201, { release: 'v3 ::error::x', next: { to: 25 } }]);
    expect(history.deployments(askedMs, askedMs)).toMatchObject([
      { release: 'v3 ::error::x', who: 'ci', note: 'hotfix' },
    ]);
    expect(JSON.parse((await send('/api/rollout')).text)).toMatchObject({
      deployment: { release: 'v3 ::error::x' },
      percent: 0,
      next: { to: 25, at: new Date(askedMs + 15 * minute).toISOString() },
    });
  });

  test('before any deployment there is a plan and no rollout', async () => {
    const { send } = await port({ without: ['deployment', 'stage'] });
    expect(JSON.parse((await send('/api/rollout')).text)).toMatchObject({
      deployment: null,
      plan: [{ percent: 25 }, {}, {}],
    });
  });

  test('where it stands is told from the stages taken', async () => {
    const { send } = await port();
    expect(JSON.parse((await send('/api/rollout')).text)).toMatchObject({
      percent: 25,
      since: new Date(takenMs).toISOString(),
    });
  });

  test('asked too often is 429 with the time to come back', async () => {
    const { send } = await port({ perMinute: 1 });
    await send('/api/gate');
    const { status, headers } = await send('/api/gate');
    expect([status, headers.get('retry-after')]).toEqual([429, '60']);
  });

  test('a body over 16 KiB is refused', async () => {
    const { send } = await port();
    const json = { release: 'x'.repeat(20_000), by: 'ci' };
    expect((await send('/api/deployments', { json, headers: bearer })).status).toBe(413);
  });

  test('the other routes of the port are untouched by the limits', async () => {
    const { send } = await port({ perMinute: 1 });
    for (let asked = 0; asked < 3; asked += 1) expect((await send('/readyz')).status).toBe(200);
  });
});
