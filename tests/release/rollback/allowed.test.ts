import { expect, test } from 'vitest';
import { rollbackSchema } from '../../../src/core/config/rollback.ts';
import { requireAllowed } from '../../../src/release/rollback/allowed.ts';
import { lookAtRollback } from '../../../src/setup/doctor/look-at-response.ts';
import { openMetricsReader } from '../../../src/setup/doctor/service-metrics.ts';
import { answering, httpServer } from '../../clients/servers.ts';

const rollbackOf = (allowedIf: object) =>
  rollbackSchema.parse({ options: ['flag'], flag: { file: 'flags.json' }, allowedIf });
const reason = (allowedIf: object, url = 'http://127.0.0.1:9') =>
  requireAllowed(rollbackOf(allowedIf), [{ url } as never]).then(
    () => 'allowed',
    (thrown: Error) => thrown.message,
  );

test('a command allows it by its exit code, and what it prints is the reason of a refusal', async () => {
  expect(await reason({ command: ['true'] })).toBe('allowed');
  expect(await reason({ command: ['sh', '-c', 'echo orders have coupons; exit 1'] })).toContain(
    'orders have coupons',
  );
  expect(await reason({ command: ['false'] })).toContain('false ended with 1');
});

test('a schema version within the range that the previous release reads allows it, any other or none does not', async () => {
  const url = await httpServer(answering({ '/status': [200, { schema: 41 }] }));
  const schema = (range: object, json = '$.schema') =>
    reason({ schema: { url: '/status', json, ...range } }, url);
  expect(await schema({ atMost: 41 })).toBe('allowed');
  expect(await schema({ atLeast: 41 })).toBe('allowed');
  expect(await schema({ atMost: 40 })).toContain(
    'the schema is at version 41, the previous release reads any to 40',
  );
  expect(await schema({ atMost: 41 }, '$.other')).toContain('names no schema version');
  expect(await reason({ schema: { url: '/status', json: '$.schema', atMost: 41 } })).toContain(
    'could not be asked',
  );
});

test('the doctor asks for it where a database is declared', async () => {
  const found = (rollback: object) =>
    lookAtRollback({ rollback: { options: [], ...rollback }, probes: [] } as never, '', openMetricsReader());
  expect(await found({ database: {} })).toMatchObject([{ subject: 'rollback.allowedIf', state: 'warning' }]);
  expect(await found({ database: {}, allowedIf: { command: ['true'] } })).toEqual([]);
  expect(await found({})).toEqual([]);
});
