import { expect, test } from 'vitest';
import { defaultPolicy } from '../../src/alerts/rules/engine-setup.ts';
import { alertRules } from '../../src/alerts/rules/make-rules.ts';
import { validateConfig } from '../../src/core/config/validate.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import { durationLiteral } from '../../src/core/units/duration.ts';
import { inOrder } from '../support/in-order.ts';
import { readDocument, tableRows } from './markdown.ts';

const text = readDocument('docs/monitoring-protocol.md');
const rules = alertRules(thresholds);

test('each of the 18 alerts stands in the row of its priority, beside its severity, and in no other', () => {
  const rows = tableRows(text, 'Response by severity');
  expect(rows.map(([priority]) => priority)).toEqual(['P0', 'P1', 'P2', 'P3', 'P4']);
  const told = rows.flatMap(([priority = '', severity = '', , alerts = '']) =>
    [...alerts.matchAll(/\w+/g)]
      .map(([name]) => ({ name, priority, severity }))
      .filter(({ name }) => rules.some((rule) => rule.name === name)),
  );
  const known = rules.map(({ name, priority, severity }) => ({ name, priority, severity }));
  const sorted = (all: typeof told) => all.toSorted((a, b) => a.name.localeCompare(b.name));
  expect(sorted(told)).toEqual(sorted(known));
});

test('the reminders are those of the engine', () => {
  expect(defaultPolicy.remindAfterMs).toEqual({ critical: 3_600_000, warning: 4 * 3_600_000 });
  const reminders = text.split(/[.:;]\s/).find((sentence) => sentence.includes('told again'));
  expect(reminders).toMatch(inOrder('an hour', 'critical', 'four hours', 'warning'));
});

test('npm start, the unit, the container and the protocol watch for the same time', () => {
  const watch = 'monitor --loop --interval 5m --duration 72h --then hourly';
  expect(text).toContain(`vigil -- ${watch}\n`);
  expect(JSON.parse(readDocument('package.json')).scripts.start).toMatch(new RegExp(`${watch}$`));
  expect(readDocument('monitoring/vigil.service')).toContain(`vigil.js ${watch} --config`);
  const compose = readDocument('src/setup/init/templates/compose.yaml').replaceAll(', ', ' ');
  expect(compose).toContain('--interval 5m --duration 72h --then hourly]');
});

test('the rollout plan is the one that holds without a configuration', () => {
  const { plan } = validateConfig({}, 'nothing').rollout;
  const expected = plan.map(({ percent, after }, index) => [
    `${percent} %`,
    durationLiteral(after),
    durationLiteral(after - (plan[index - 1]?.after ?? 0)),
  ]);
  expect(tableRows(text, 'The rollout plan')).toEqual(expected);
});
