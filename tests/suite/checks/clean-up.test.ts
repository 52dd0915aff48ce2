import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { httpServer } from '../../clients/servers.ts';
import { cycleIn, ownProject } from './own-suite.ts';

const suite = `
const undo = (id: string) => ({ target }: { target: { send(path: string, options: object): Promise<unknown> } }) =>
  target.send('/orders/' + id, { method: 'DELETE' });
const hangs = () => new Promise(() => {});

check('passes', { id: 'W01', cleanup: undo('W01') }, ({ measure }) => { measure(1, 'count', '< 2'); });
check('fails', { id: 'W02', cleanup: undo('W02') }, () => { throw new Error('no stock'); });
check('times out', { id: 'W03', timeout: 100, cleanup: undo('W03') }, hangs);
check('skips', { id: 'W04', cleanup: undo('W04') }, ({ skip }) => skip('closed'));
check('throws then', { id: 'W05', cleanup: () => { throw new Error('no permission'); } }, ({ measure }) => {
  measure(1, 'count', '< 2');
});
check('is late then', { id: 'W06', timeout: 100, cleanup: hangs, cleanupTimeout: 300 }, hangs);
check('says what is left', { id: 'W07', cleanup: () => ['order 1', 'order 2'] }, ({ measure }) => {
  measure(1, 'count', '< 2');
});
`;

test('a check cleans up however it ended, in a time of its own, and what is left is counted and told', async () => {
  const removed: string[] = [];
  const url = await httpServer((request, response) => {
    if (request.method === 'DELETE') removed.push(request.url ?? '');
    response.end();
  });
  const cwd = ownProject({ target: { url } }, { shop: suite });
  const { document, told } = await cycleIn(cwd);
  expect(told).toEqual([
    'W01 pass',
    'W02 fail',
    'W03 fail',
    'W04 unknown',
    'W05 pass',
    'W06 fail',
    'W07 pass',
  ]);
  expect(removed.toSorted()).toEqual(['/orders/W01', '/orders/W02', '/orders/W03', '/orders/W04']);
  const left = document.checks.flatMap(({ id, measurements }) =>
    measurements
      .filter(({ name }) => name === 'left uncleaned')
      .map(({ value, note }) => `${id} ${value}: ${note}`),
  );
  expect(left).toEqual(['W05 1: no permission', 'W06 1: not done within 300ms', 'W07 2: order 1; order 2']);
  const log = readFileSync(path.join(cwd, 'reports/logs/continuous_monitoring.log'), 'utf8');
  expect(log).toContain('W07 could not clean up 2 things: order 1; order 2');
  const metrics = readFileSync(path.join(cwd, 'reports/metrics.prom'), 'utf8');
  expect(metrics).toMatch(/vigil_check_uncleaned\{check="W07",[^}]*\} 2\n/);
  expect(metrics).not.toMatch(/vigil_check_uncleaned\{check="W01"/);
});
