import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { answering, httpServer } from '../../clients/servers.ts';
import { inOrder } from '../../support/in-order.ts';
import { cycleIn, ownProject } from './own-suite.ts';

const suite = `
check('answers', { id: 'W01', objective: '< 5 s', next: 'look' }, async ({ target, measure }) => {
  const answer = await target.get('/health');
  measure.none('faults', answer.json().status === 'up' ? [] : ['not up']);
  measure(answer.durationMs / 1000, { name: 'latency', sample: 1 });
});
check('is slow', { id: 'W02', severity: 'warning', next: 'make it faster' }, ({ measure }) => {
  measure(412, 'ms', '< 300 ms', { name: 'latency' });
  measure(99, '%', '>= 99.5', { name: 'availability' });
  measure(7, 'count');
});
check('measures nothing', { id: 'W03' }, async ({ target }) => { await target.get('/'); });
check('only records', { id: 'W04' }, ({ measure }) => { measure(1, 'count'); });
check('can not judge', { id: 'W05' }, () => { throw new UnknownOutcome('too few orders'); });
check('can not judge, but saw enough', { id: 'W06' }, ({ measure }) => {
  measure(5, 'count', '< 3');
  throw new UnknownOutcome('too few orders');
});
check('asks a probe', { id: 'W07' }, async ({ probe }) => { await probe.http({ url: '/health', json: { status: 'up' } }); });
check('asks a probe that fails', { id: 'W08' }, async ({ probe }) => { await probe.http({ url: '/gone' }); });
check('asks a probe wrongly', { id: 'W09' }, async ({ probe }) => { await probe.http({ url: 'ftp://x' }); });
check('mixes units', { id: 'W10' }, ({ measure }) => { measure(5, 'ms', '< 3 %'); });
check('is skipped', { id: 'W11' }, ({ skip }) => skip('no reason of ours'));
check('is there twice', { id: 'W12' }, ({ measure }) => { measure(1, 'count', '< 2'); });
check('is there twice, again', { id: 'W12' }, ({ measure }) => { measure(1, 'count', '< 2'); });
check('has no id', {}, ({ measure }) => { measure(1, 'count', '< 2'); });
describe('pages', () => {
  test('greet', async ({ target, measure }) => {
    expect((await target.get('/health')).status).toBe(200);
    measure(0.1, 'seconds', '< 200 ms');
  });
  test('are small', ({ measure }) => { measure(2, 'MiB', '< 1 MiB'); });
});
plain('plain', { tags: ['shop'] }, () => { expect(1).toBe(1); });
plain('plain red', () => { expect(1).toBe(2); });
`;

test('checks of an own suite define themselves, and each is judged by what it measured', async () => {
  const url = await httpServer(answering({ '/health': [200, { status: 'up' }], '/': [200, 'hello'] }));
  const cwd = ownProject({ target: { url } }, { shop: suite });
  const { code, document, told } = await cycleIn(cwd);
  expect(told).toEqual([
    'W01 pass',
    'W02 fail',
    'W03 unknown',
    'W04 unknown',
    'W05 unknown',
    'W06 fail',
    'W07 pass',
    'W08 fail',
    'W09 fail',
    'W10 fail',
    'W11 unknown',
    'W12 unknown',
    'W12 unknown',
    'health-tests › shop.check.ts › has no id pass',
    'health-tests › shop.check.ts › pages > greet pass',
    'health-tests › shop.check.ts › pages > are small fail',
    'health-tests › shop.check.ts › plain pass',
    'health-tests › shop.check.ts › plain red fail',
  ]);
  expect(code).toBe(1);
  const reason = (id: string) => document.checks.find((check) => check.id === id)?.reason;
  expect(reason('W02')).toMatch(
    inOrder('latency', '412 ms', '< 300 ms', 'availability', '99 %', '≥ 99.5 %', 'make it faster'),
  );
  expect(reason('W03')).toBe('passed without measuring anything');
  expect(reason('W04')).toBe('passed without holding a measurement against a limit');
  expect(reason('W05')).toBe('too few orders');
  expect(reason('W06')).toMatch(/^W06 .* 5 \(must be < 3\); unknown: too few orders/);
  expect(reason('W08')).toContain('status 404, expected 200');
  expect(reason('W09')).toContain('expected an http:// or https:// URL, or a path of a service');
  expect(reason('W10')).toContain('a value in seconds can’t be held against “< 3 %”');
  expect(reason('W12')).toBe('there is more than one check W12');
  expect(reason('health-tests › shop.check.ts › pages > are small')).toContain('2 MiB (must be < 1 MiB)');

  const first = document.checks[0];
  expect(first).toMatchObject({ severity: 'critical', priority: 'P1', next: 'look', group: 'shop.check.ts' });
  expect(first?.measurements.map(({ name, met }) => ({ name, met }))).toEqual([
    { name: 'faults', met: true },
    { name: 'latency', met: true },
  ]);
  expect(document.checks[1]).toMatchObject({ severity: 'warning', priority: 'P2' });
  expect(document.checks.map(({ group }) => group)).toEqual(expect.arrayContaining(['pages', 'shop']));
  expect(document.alerts.find(({ check }) => check === 'W02')).toMatchObject({
    value: 0.412,
    threshold: '< 300 ms',
    next: 'make it faster',
  });

  // The report that others read holds what was measured, also after the first unmet limit.
  const xml = readFileSync(path.join(cwd, 'reports/health_test_results.xml'), 'utf8');
  expect(xml).toContain('value="latency 412 ms (must be &lt; 300 ms)"');
  expect(xml).toContain('value="availability 99 % (must be ≥ 99.5 %)"');
  expect(xml).toContain('value="W02 is slow 7"');

  const schema = JSON.parse(
    readFileSync(new URL('../../../schemas/cycle.schema.json', import.meta.url), 'utf8'),
  );
  const parsed = z.fromJSONSchema(schema).safeParse(document);
  expect(parsed.error?.issues ?? []).toEqual([]);
  expect(z.fromJSONSchema(schema).safeParse({ ...document, verdict: 'green' }).success).toBe(false);
});
