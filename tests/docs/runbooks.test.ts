import { describe, expect, test } from 'vitest';
import { catalogue } from '../../health-tests/catalogue.ts';
import { evaluationFailed } from '../../src/alerts/engine/evaluation-failed.ts';
import { alertRules } from '../../src/alerts/rules/make-rules.ts';
import { undeliveredRule } from '../../src/alerts/rules/observe-channels.ts';
import { recordingRule } from '../../src/alerts/rules/observe-recording.ts';
import { releaseRule } from '../../src/alerts/rules/observe-releases.ts';
import { cutOffRule } from '../../src/alerts/rules/observe-witness.ts';
import { violationsOf } from '../../src/alerts/rules/violations.ts';
import type { SignalValues } from '../../src/alerts/signals/reading.ts';
import { runbookOf, testTitle } from '../../src/core/catalogue/check-definition.ts';
import type { Bound } from '../../src/core/thresholds/bound.ts';
import { thresholds } from '../../src/core/thresholds/thresholds.ts';
import type { CheckOutcome } from '../../src/suite/outcomes/check-outcome.ts';
import { anchors, codeBlocks, headings, readDocument } from './markdown.ts';

/** A value for which any bound of the limit holds: far beyond it. */
const beyond = ({ operator, value }: Bound) => (operator.startsWith('<') ? value - 1e9 : value + 1e9);

const worstValues: SignalValues = Object.fromEntries(
  Object.entries(thresholds).flatMap(([signal, row]) => {
    const bound = 'critical' in row ? row.critical : 'warning' in row ? row.warning : undefined;
    return bound ? [[signal, beyond(bound)]] : [];
  }),
);
const failures: CheckOutcome[] = catalogue.map((definition) => ({
  id: definition.id,
  title: definition.title,
  group: definition.group,
  definition,
  outcome: 'fail',
  executed: true,
  reason: 'failed',
  measurements: [],
}));
const everything = violationsOf(
  { outcomes: failures, values: worstValues, down: { summary: 'connection refused', next: 'start it' } },
  thresholds,
  { timestamp: '2026-01-01T00:00:00.000Z', cycle: 'c' },
);
const alertNames = [...new Set(everything.map(({ alertname }) => alertname))];
const rules = alertRules(thresholds);

function resolves(runbook: string): boolean {
  const [file = '', anchor = ''] = runbook.split('#');
  return anchors(readDocument(file)).has(anchor);
}

test('a cycle in which everything is wrong raises every alert and fails every check', () => {
  expect(alertNames).toContain('ServiceDown');
  expect(alertNames).toContain('SystemThroughputDegraded');
  expect(alertNames).toHaveLength(13);
  expect(everything.filter(({ check }) => check !== null)).toHaveLength(catalogue.length);
});

test('every runbook of an alert resolves to a heading', () => {
  for (const { alertname, runbook } of everything) {
    expect.soft({ alertname, runbook, resolves: resolves(runbook) }).toMatchObject({ resolves: true });
  }
});

test('every runbook of a rule resolves to a heading', () => {
  expect(rules).toHaveLength(18);
  for (const { name, runbook } of rules) {
    expect.soft({ name, runbook, resolves: resolves(runbook) }).toMatchObject({ resolves: true });
  }
});

test('every runbook of a check resolves to the heading with its title', () => {
  const titles = headings(readDocument('docs/checks.md'));
  for (const check of catalogue) {
    expect.soft({ check: check.id, resolves: resolves(runbookOf(check)) }).toMatchObject({ resolves: true });
    expect.soft(titles).toContain(testTitle(check));
  }
});

test('a runbook that leads nowhere is noticed', () => {
  expect(resolves('docs/incident-response.md#nosuchalert')).toBe(false);
});

describe('docs/incident-response.md', () => {
  const text = readDocument('docs/incident-response.md');
  const sections = text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ name: section.split('\n', 1)[0] ?? '', section }));

  test('has a heading for every rule, for a failed check and evaluation, and for nothing else', () => {
    const all = new Set([
      ...rules.map(({ name }) => name),
      ...alertNames,
      evaluationFailed.name,
      undeliveredRule.name,
      cutOffRule.name,
      recordingRule.name,
      releaseRule.name,
      // Only of services that are not Genesis.
      'RejectedRequestsRising',
    ]);
    expect(sections.map(({ name }) => name).sort()).toEqual([...all].sort());
  });

  test.each(sections)('$name: what it means, three commands, what resolves it', ({ section }) => {
    const commands = codeBlocks(section, 'sh').flatMap((block) => block.trim().split('\n'));
    expect(commands).toHaveLength(3);
    expect(section).toMatch(/^(P[0-4]\.|The priority is that of the check\.) /m);
    expect(section).toMatch(/^Resolved when /m);
  });

  const prioritised = [
    ...everything.filter(({ check }) => check === null),
    ...rules.map(({ name, priority }) => ({ alertname: name, priority })),
  ];
  test.each(prioritised)('$alertname has the priority that its heading says', ({ alertname, priority }) => {
    expect(sections.find(({ name }) => name === alertname)?.section).toContain(`\n${priority}. `);
  });
});
