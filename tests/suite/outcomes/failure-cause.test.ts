import { expect, test } from 'vitest';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { failureCause, isOfWatcher } from '../../../src/suite/outcomes/failure-cause.ts';
import { definition } from '../run/suite-folder.ts';
import { outcomeOf } from './outcome-of.ts';

const failing = (reason: string, more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  ...outcomeOf('H01', 'fail'),
  reason,
  ...more,
});

test.each([
  ['connect ECONNREFUSED 127.0.0.1:5432', 'unreachable 127.0.0.1:5432'],
  ['PostgreSQL: connect ECONNREFUSED 127.0.0.1:5432\n  at a.ts', 'unreachable 127.0.0.1:5432'],
  ['getaddrinfo ENOTFOUND db.internal', 'unreachable db.internal'],
  ['http://127.0.0.1:8000/health: connection refused', 'unreachable 127.0.0.1:8000'],
  ['http://127.0.0.1:8000/v1/orders?id=7: no connection within 10 s', 'unreachable 127.0.0.1:8000'],
  ['connections to cache:6379 not as expected 1 (no connection within 50 ms)', 'unreachable cache:6379'],
  ['fetch failed (connect ECONNREFUSED 127.0.0.1:3000)', 'unreachable 127.0.0.1:3000'],
  [
    "HTTPConnectionPool(host='127.0.0.1', port=3000): Max retries exceeded with url: /a (Caused by NewConnectionError('<urllib3 object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
    'unreachable 127.0.0.1:3000',
  ],
  [
    'curl: (7) Failed to connect to 127.0.0.1 port 3000 after 0 ms: Could not connect',
    'unreachable 127.0.0.1:3000',
  ],
  [
    'Get "http://127.0.0.1:3000/a": dial tcp 127.0.0.1:3000: connect: connection refused',
    'unreachable 127.0.0.1:3000',
  ],
  ['page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:3000/a', 'unreachable 127.0.0.1:3000'],
  ['503 Server Error: Service Unavailable for url: http://127.0.0.1:3000/a', 'unavailable 127.0.0.1:3000'],
  ['http://127.0.0.1:3000/a: status 502, expected 200', 'unavailable 127.0.0.1:3000'],
  ['the answer of http://127.0.0.1:3000/a took 503 ms', expect.stringMatching(/^message /)],
  [
    '500 Server Error: Internal Server Error for url: http://127.0.0.1:3000/a',
    expect.stringMatching(/^message /),
  ],
  ['headers.authorization: env:SHOP_TOKEN holds nothing', 'secret SHOP_TOKEN'],
  ['Error: environment variable SHOP_TOKEN is not set', 'secret SHOP_TOKEN'],
  ['SHOP_TOKEN is missing', 'secret SHOP_TOKEN'],
  ['expected 2 to be 3', undefined],
  ['AssertionError: expected 500 to be 200 // Object.is equality', undefined],
  ['failed', undefined],
])('of %j the cause is %s', (reason, cause) => {
  expect(failureCause(failing(reason))).toEqual(cause);
});

test('a message that says enough is a cause, whatever its numbers, but not with another address', () => {
  const cause = (reason: string) => failureCause(failing(reason));
  const of = 'the certificate of http://a/x ends in 3 days';
  expect(cause(of)).toMatch(/^message [0-9a-f]{16}$/);
  expect(cause('the certificate of http://a/x ends in 2 days')).toBe(cause(of));
  expect(cause('the certificate of http://b/x ends in 3 days')).not.toBe(cause(of));
});

test('a check that measured a signal past its limit fails by the signal; a figure of its own is no cause of others', () => {
  const slow = {
    name: 'P95 latency',
    value: 0.6,
    unit: 'seconds',
    bound: { operator: '<', value: 0.2 },
  } as const;
  const own = { ...definition('C07'), threshold: 'latencyP95.slo' } as const;
  const reason = 'P95 latency of all operations 600 ms (must be < 200 ms, n = 120)';
  expect(failureCause(failing(reason, { definition: own, measurements: [slow] }))).toBe('signal latencyP95');
  expect(
    failureCause(failing(reason, { definition: definition('C07'), measurements: [slow] })),
  ).toBeUndefined();
  expect(
    failureCause(failing('x', { definition: own, measurements: [{ ...slow, value: 0.1 }] })),
  ).toBeUndefined();
});

test('a missing secret and missing traffic lie with who watches, an address that can’t be reached with the service', () => {
  expect(isOfWatcher({ reason: 'environment variable SHOP_TOKEN is not set' })).toBe(true);
  expect(isOfWatcher({ reason: 'no live traffic in 5 min' })).toBe(true);
  expect(isOfWatcher({ reason: 'connect ECONNREFUSED 127.0.0.1:5432' })).toBe(false);
  expect(isOfWatcher({})).toBe(false);
});
