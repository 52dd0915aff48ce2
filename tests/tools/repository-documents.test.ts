import { expect, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import { alertRules } from '../../src/alerts/rules/make-rules.ts';
import { runbookOf, testTitle } from '../../src/core/catalogue/check-definition.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import { checksDocument } from '../../tools/documents/checks-document.ts';
import { markdownTable } from '../../tools/documents/markdown.ts';
import { rulesDocument } from '../../tools/documents/rules-document.ts';
import { limitText, thresholdsDocument } from '../../tools/documents/thresholds-document.ts';
import { anchors, headings } from '../docs/markdown.ts';

const checks = checksDocument(catalogue, thresholds, ['a.ts']);

test('every check of the catalogue has the heading that its test carries', () => {
  expect(headings(checks)).toEqual(expect.arrayContaining(catalogue.map(testTitle)));
});

test('the runbook anchor of every check is the anchor that GitHub gives its heading', () => {
  const there = [...anchors(checks)].map((anchor) => `docs/checks.md#${anchor}`);
  expect(there).toEqual(expect.arrayContaining(catalogue.map(runbookOf)));
  expect(there).toContain('docs/checks.md#r01-rollback-trigger--error-ratio');
});

test('a limit says what must hold for an objective, and what fails for a trigger', () => {
  expect(limitText(thresholds, 'latencyP95.slo')).toBe('P95 latency must be < 200 ms (`latencyP95.slo`)');
  expect(limitText(thresholds, 'errorRatio.rollback')).toBe(
    'error ratio fails when > 1 % for 5m (`errorRatio.rollback`)',
  );
});

test('a changed limit changes both documents', () => {
  const table = {
    ...thresholds,
    latencyP95: { ...thresholds.latencyP95, slo: { operator: '<', value: 0.3 } },
  };
  expect(checksDocument(catalogue, table as typeof thresholds, ['a.ts'])).toContain('must be < 300 ms');
  expect(thresholdsDocument(table as typeof thresholds, catalogue, ['a.ts'])).toContain('| < 300 ms |');
});

test('each rule has its row with limit, time and heading, and a changed limit changes it', () => {
  const text = rulesDocument(alertRules(thresholds), ['a.ts']);
  expect(text.match(/^\| \[/gm)).toHaveLength(18);
  expect(text).not.toMatch(/[{}]|unknown/);
  expect(text).toContain('[HighLatencyP95](incident-response.md#highlatencyp95) | P1 | critical |');
  expect(text).toContain('took … or longer, > 200 ms for 5m.');
  const latencyP95 = { ...thresholds.latencyP95, critical: { operator: '>', value: 0.3, forSeconds: 60 } };
  const changed = rulesDocument(alertRules({ ...thresholds, latencyP95 } as typeof thresholds), ['a.ts']);
  expect(changed).toContain('took … or longer, > 300 ms for 1m.');
});

test('a bar or a line break in a cell does not break the table', () => {
  expect(markdownTable(['a'], [['x | y\n z']])).toBe('| a |\n|---|\n| x \\| y z |');
});
