import { expect, test } from 'vitest';
import { narrowed, suiteUpgrade, withinDeployment } from '../../../src/release/gate/prometheus/own-series.ts';

test('a selector takes the deployment by its label, or without one, and no other’s', () => {
  const own = withinDeployment('Web Shop');
  expect(narrowed('up{job="api"}', own)).toBe('up{job="api",deployment=~"web-shop|"}');
  expect(narrowed('ALERTS', own)).toBe('ALERTS{deployment=~"web-shop|"}');
  // Who doesn't know which deployment it is asks for all.
  expect(narrowed('ALERTS', withinDeployment(undefined))).toBe('ALERTS');
});

test('probes on different suites are an upgrade, and probes on one are none', () => {
  const suites = (...hashes: string[]) =>
    new Map(hashes.map((hash, index) => [['north', 'south', 'west'][index] ?? '', [hash]]));
  expect(suiteUpgrade(suites('aaaaaaaaaaaa', 'aaaaaaaaaaaa'))).toBeUndefined();
  expect(suiteUpgrade(suites('aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'aaaaaaaaaaaa'))).toBe(
    'the suite is being upgraded: north, west on aaaaaaaa; south on bbbbbbbb',
  );
  expect(suiteUpgrade(new Map())).toBeUndefined();
});
