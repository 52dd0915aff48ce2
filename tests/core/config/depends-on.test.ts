import { expect, test } from 'vitest';
import { dependenciesIn } from '../../../src/core/config/dependents.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import { mistake } from './mistake.ts';

const service = (url: string, ...dependsOn: string[]) => ({
  url: `http://${url}.example.com`,
  ...(dependsOn.length > 0 && { dependsOn }),
});
const probe = (id: string, of: string, ...dependsOn: string[]) => ({
  type: 'http',
  id,
  service: of,
  path: '/',
  ...(dependsOn.length > 0 && { dependsOn }),
});
const config = (input: object) => validateConfig(input, 'vigil.config.ts');

test('a dependency reaches through what lies between, what lies deepest first, and to the probes of a service', () => {
  const found = dependenciesIn(
    config({
      services: {
        shop: service('shop', 'payments'),
        payments: service('payments', 'bank'),
        bank: service('bank'),
      },
      probes: [probe('order', 'shop'), probe('pay', 'payments'), probe('transfer', 'bank', 'bank')],
    }),
  );
  expect(found.map(({ target, source }) => `${target.name} < ${source.name}`)).toEqual([
    'shop < bank',
    'shop < payments',
    'payments < bank',
    // Of its service, which it only follows from: its failure is none of the service.
    'order < bank',
    'order < payments',
    'pay < bank',
    'transfer < bank',
  ]);
  expect(found[1]).toEqual({
    target: { name: 'shop', service: 'shop', checks: ['order'] },
    source: { name: 'payments', service: 'payments', checks: ['pay'] },
  });
  expect(found[0]?.source).toEqual({ name: 'bank', service: 'bank', checks: [] });
});

test('a name that is neither a service nor a check is refused, with the one that is meant', () => {
  const input = { services: { shop: service('shop') }, probes: [probe('order', 'shop', 'shpo')] };
  expect(mistake(input)).toContain(
    'probes[0].dependsOn[0]: expected the name of a service or the id of a check; did you mean "shop"?; came "shpo"',
  );
  expect(mistake({ ...input, probes: [probe('order', 'shop')], dependsOn: { pay: ['shop'] } })).toContain(
    'dependsOn.pay',
  );
  // Any name may be a check of a suite whose checks nobody has named.
  expect(() => config({ ...input, suite: { root: 'checks' } })).not.toThrow();
});

test.each([
  [
    'itself',
    { services: { shop: service('shop', 'shop') }, probes: [probe('order', 'shop')] },
    'shop depends on shop',
  ],
  [
    'a service around another',
    {
      services: { shop: service('shop', 'payments'), payments: service('payments', 'shop') },
      probes: [probe('order', 'shop')],
    },
    'shop depends on payments depends on shop',
  ],
  [
    'checks of two services that depend on each other’s service',
    {
      services: { shop: service('shop'), payments: service('payments') },
      probes: [probe('order', 'shop', 'payments'), probe('pay', 'payments', 'shop')],
    },
    'depends on payments depends on pay depends on shop',
  ],
])('a cycle is refused: %s', (_what, input, words) => {
  expect(mistake(input)).toMatch(/dependsOn.*expected no cycle/);
  expect(mistake(input)).toContain(words);
});
