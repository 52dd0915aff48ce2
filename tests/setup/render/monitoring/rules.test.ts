import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { conditionToPromQL } from '../../../../src/alerts/rules/condition.ts';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { ruleGroups } from '../../../../src/setup/render/monitoring/alert-rules-file.ts';
import { stackFiles } from '../../../../src/setup/render/monitoring/monitoring-files.ts';
import { anchors, readDocument } from '../../../docs/markdown.ts';
import { folderWith } from '../../../support/folder-with.ts';
import { said, settingsFor } from './rendered.ts';
import { alertTestsFile } from './rule-tests/rule-tests.ts';

interface Rule {
  record?: string;
  alert: string;
  expr: string;
  for?: string;
  keep_firing_for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const settings = settingsFor();
const textOf = (name: string, of = settings) =>
  stackFiles(of).find(({ path: file }) => file === name)?.text ?? '';
const groups: { name: string; rules: Rule[] }[] = parse(textOf('alerts.yml')).groups;
const eighteen = groups.filter(({ name }) => name.startsWith('genesis_')).flatMap(({ rules }) => rules);

/** Configurations under which the same tests must hold. */
const configurations: [string, VigilConfigInput][] = [
  ['as it is', {}],
  [
    'in a rehearsal, with three probes, and limits, times and names of its own',
    {
      metricsPrefix: 'shop',
      liveWindow: '7m',
      sampleInterval: '1s',
      monitoring: {
        timeScale: 0.02,
        evaluationInterval: '2s',
        probes: ['a', 'b', 'c'].map((name, index) => ({ name, url: `http://127.0.0.1:900${index}` })),
        runbooks: 'https://docs.example.com',
      },
      thresholds: {
        passRate: { critical: { value: 0.9371, forSeconds: 0 } },
        errorRatio: { slo: { value: 0.0123 }, critical: { value: 0.0123, forSeconds: 95 } },
        latencyP95: { critical: { value: 1.37 } },
        throughput: { warning: { value: 33.3, forSeconds: 60 } },
        memoryUsed: { warning: { value: 0.666, operator: '>=' } },
      },
    },
  ],
];

test('alerts.yml holds the 18 rules in four groups, and beside them only the watchdog and recordings', () => {
  expect(groups.map(({ name, rules }) => `${name} ${rules.filter(({ alert }) => alert).length}`)).toEqual([
    'genesis_critical 6',
    'genesis_warnings 5',
    'genesis_performance 4',
    'genesis_health 3',
    'vigil_watchdog 1',
    'vigil_signals 0',
    'vigil_quorum 0',
  ]);
});

const recordings = groups.flatMap(({ rules }) => rules).filter(({ record }) => record !== undefined);

/** The expression of a rule without its deployment, and with what is recorded written out. */
function writtenOut(expr: string): string {
  const whole = recordings.reduce(
    (text, { record = '', expr: own }) =>
      text.replaceAll(
        new RegExp(`max(?: by \\([^)]*\\) )?\\(${record}\\{deployment="genesis"\\}\\)`, 'g'),
        () => own,
      ),
    expr,
  );
  return whole.replaceAll(/,?deployment="genesis"/g, '').replaceAll('{}', '');
}

test('recordings are named level:metric:operations, and the rules are judged by them', () => {
  for (const { record } of recordings)
    expect.soft(record).toMatch(/^(deployment|check|probe)(_[a-z]+)*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$/);
  for (const { alert, expr } of eighteen) expect.soft(expr, alert).toMatch(/deployment\w*:\w+:\w+\{/);
  const services = { cart: 'http://127.0.0.1:9301', search: 'http://127.0.0.1:9302' };
  const several = settingsFor({
    services: Object.fromEntries(
      Object.entries(services).map(([name, url]) => [name, { url, traffic: 'opentelemetry' as const }]),
    ),
    suite: { command: ['true', '{junit}'] },
  });
  expect(textOf('alerts.yml', several)).toContain(
    'max by (service) (deployment_service:operation_errors:ratio_rate5m{deployment="cart-search"})',
  );
});

/** The vector selectors of an expression: what is left when everything else that PromQL knows is taken away. */
function selectorsOf(expr: string): string[] {
  const withMatchers = expr.match(/[a-zA-Z_:][\w:]*\{[^}]*\}/g) ?? [];
  const rest = expr
    .replaceAll(/[a-zA-Z_:][\w:]*\{[^}]*\}|"[^"]*"|\[[^\]]*\]|\b(?:\w+ )?(?:by|on) \([^)]*\)|\w+\(/g, ' ')
    .match(/(?<![\w.])[a-zA-Z_:][\w:]*/g);
  return [...withMatchers, ...(rest ?? []).filter((word) => !['and', 'or', 'bool', 'e'].includes(word))];
}

test('whatever is judged or recorded is of this deployment alone', () => {
  expect(selectorsOf('max by (a) (b{c="d"}) > 1e3 and on (x) rate(y[5m])')).toEqual(['b{c="d"}', 'y']);
  for (const { expr, record, alert } of groups.flatMap(({ rules }) => rules))
    for (const selector of selectorsOf(expr))
      expect.soft(selector, record ?? alert).toContain('deployment="genesis"');
});

test('every rule asks, waits and is labelled as Vigil itself does, so that both make the same alert', () => {
  const own = settings.rules;
  expect(eighteen.map(({ alert, expr, labels }) => ({ alert, expr: writtenOut(expr), labels }))).toEqual(
    own.map(({ name, condition, labels }) => ({
      alert: name,
      expr: conditionToPromQL(condition),
      // Vigil tells every alert with the deployment, too.
      labels: { ...labels, deployment: 'genesis' },
    })),
  );
});

test('every runbook link leads to a heading, on the page that serves it, or behind the base that is configured', () => {
  const there = anchors(readDocument('docs/incident-response.md'));
  for (const { annotations } of eighteen) {
    const [file, anchor = ''] = (annotations.runbook_url ?? '').split('#');
    expect.soft(file).toBe('http://127.0.0.1:8002/docs/incident-response.md');
    expect.soft([...there]).toContain(anchor);
  }
  const elsewhere = settingsFor({ monitoring: { runbooks: 'https://git.example.com/v/' } });
  expect(textOf('alerts.yml', elsewhere)).toContain(
    'runbook_url: https://git.example.com/v/docs/incident-response.md#higherrorrate',
  );
});

interface TestGroup {
  name: string;
  alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
}

/** Without the tests of the rules as they are, each of which is asked alone below: all of them over all rules take long. */
function besidesRules(text: string): string {
  const { tests, ...rest }: { tests: TestGroup[] } = parse(text);
  const isOfRule = (name: string) => eighteen.some(({ alert }) => name.startsWith(`${alert} `));
  return JSON.stringify({ ...rest, tests: tests.filter(({ name }) => !isOfRule(name)) });
}

describe.each(configurations)('%s', (name, config) => {
  const own = settingsFor(config);
  const tests = alertTestsFile(own);
  const files = () =>
    folderWith({
      ...Object.fromEntries(stackFiles(own).map(({ path: file, text }) => [file, text])),
      'alerts_test.yml': name === 'as it is' ? besidesRules(tests) : tests,
    });

  test('promtool accepts the rules and the configuration', { tags: ['promtool'] }, async () => {
    const folder = files();
    const lint = ['--lint=all', '--lint-fatal'];
    const rules = await said('promtool', ['check', 'rules', ...lint, 'alerts.yml'], folder);
    expect(rules).toMatchObject({ exitCode: 0 });
    const whole = await said('promtool', ['check', 'config', ...lint, 'prometheus.yml'], folder);
    expect(whole).toMatchObject({ exitCode: 0, text: expect.stringContaining('1 rule files found') });
  });

  test('every rule fires, stays quiet and waits as its test says, in a real promtool', {
    tags: ['promtool'],
  }, async () => {
    const { exitCode, text } = await said('promtool', ['test', 'rules', 'alerts_test.yml'], files());
    expect(text).toContain('SUCCESS');
    expect(exitCode).toBe(0);
  });
});

const testFile: { tests: TestGroup[] } = parse(alertTestsFile(settings));
const testsFor = (name: string) => testFile.tests.filter((group) => group.name.startsWith(`${name} `));

test('each of the 18 rules has a test in which it fires and one in which it does not', () => {
  for (const { alert } of eighteen) {
    const checks = testsFor(alert).flatMap(({ alert_rule_test: all = [] }) => all);
    expect.soft(checks.some(({ exp_alerts }) => exp_alerts.length > 0)).toBe(true);
    const quiet = testsFor(alert).filter(({ alert_rule_test: all = [] }) =>
      all.every(({ exp_alerts }) => exp_alerts.length === 0),
    );
    expect.soft(quiet.length).toBeGreaterThan(0);
  }
});

const seconds = (text: string | undefined): number => {
  const [, amount = '0', unit = 's'] = /^(\d+)([smh])$/.exec(text ?? '0s') ?? [];
  return Number(amount) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
};
const interval = settings.evaluationIntervalMs / 1000;

type Mutation = (rule: Rule) => Rule | undefined;

/** The last number that the expression compares with, changed. */
const withLimit =
  (change: (limit: number, alert: string) => number): Mutation =>
  (rule) => {
    const expr = rule.expr.replaceAll(/([<>]=?) ([\d.]+)(?=$| and | or )/g, (_, operator, limit) => {
      return `${operator} ${Number(change(Number(limit), rule.alert).toPrecision(12))}`;
    });
    return expr === rule.expr ? undefined : { ...rule, expr };
  };

/** An age is known no better than to an evaluation. */
const isAge = (alert: string): boolean => alert === 'TestSuiteNotRunning';

/** One mistake each, as somebody who edits alerts.yml by hand could make it. */
const mutations: [string, Mutation][] = [
  [
    'a limit 1 % higher',
    withLimit((limit, alert) => (isAge(alert) ? limit + interval : limit === 0 ? 1 : limit * 1.01)),
  ],
  [
    'a limit 1 % lower',
    withLimit((limit, alert) => (isAge(alert) ? limit - interval : limit === 0 ? -1 : limit * 0.99)),
  ],
  [
    'the opposite comparison',
    (rule) => {
      const expr = rule.expr.replaceAll(/ ([<>]) (?=[\d.]+)/g, (_, sign) => (sign === '<' ? ' > ' : ' < '));
      return expr === rule.expr ? undefined : { ...rule, expr };
    },
  ],
  ['a wait one evaluation longer', (rule) => ({ ...rule, for: `${seconds(rule.for) + interval}s` })],
  [
    'a wait one evaluation shorter',
    (rule) => (rule.for ? { ...rule, for: `${seconds(rule.for) - interval}s` } : undefined),
  ],
  [
    'a longer keep_firing_for',
    (rule) => ({
      ...rule,
      keep_firing_for: `${seconds(rule.keep_firing_for) + interval}s`,
    }),
  ],
  ['no keep_firing_for', ({ keep_firing_for: kept, ...rule }) => (kept ? rule : undefined)],
  ['another severity', (rule) => ({ ...rule, labels: { ...rule.labels, severity: 'page' } })],
  [
    'a text without the value',
    (rule) => {
      const description = rule.annotations.description?.replaceAll(/\{\{ \$value[^}]*\}\}/g, 'much');
      if (description === rule.annotations.description) return undefined;
      return { ...rule, annotations: { ...rule.annotations, description: description ?? '' } };
    },
  ],
  [
    'one window instead of two',
    (rule) =>
      rule.expr.includes(' and ') ? { ...rule, expr: rule.expr.split(' and ')[1] ?? '' } : undefined,
  ],
];

/** What shows nothing in a test by its nature; every other mistake in every rule must be found. */
const exempt = new Set([
  // More than 2 changes and more than 2.02 are both 3.
  'IntermittentTestFailures a limit 1 % lower',
  'IntermittentTestFailures a limit 1 % higher',
  // A service is up or down: 0 is below 1 and below 0.99.
  'ServiceDown a limit 1 % lower',
  // It would take the test an hour of flips to see its end.
  'IntermittentTestFailures a longer keep_firing_for',
]);

/** The recordings that these expressions read, directly or through another; evaluating all of them takes long. */
function recordingsFor(expressions: string): Rule[] {
  const read = recordings.filter(({ record = '' }) => expressions.includes(record));
  const others = read.filter(({ expr }) => !expressions.includes(expr));
  return others.length === 0
    ? read
    : recordingsFor([expressions, ...others.map(({ expr }) => expr)].join('\n'));
}

/** Which of these rules, each alone in a file, pass the tests of their name: a promtool for all of them. */
async function passing(rules: readonly Rule[]): Promise<{ passed: string[]; failed: string[] }> {
  const nameOf = (rule: Rule) => `${rule.alert}/alerts_test.yml`;
  const files = rules.flatMap((rule) => [
    [
      `${rule.alert}/alerts.yml`,
      JSON.stringify({
        groups: [
          { name: 'recorded', rules: recordingsFor(rule.expr) },
          { name: 'alone', rules: [rule] },
        ],
      }),
    ],
    [
      nameOf(rule),
      JSON.stringify({
        rule_files: ['alerts.yml'],
        evaluation_interval: `${interval}s`,
        group_eval_order: ['recorded', 'alone'],
        tests: testsFor(rule.alert),
      }),
    ],
  ]);
  const folder = folderWith(Object.fromEntries(files));
  const { exitCode, text } = await said('promtool', ['test', 'rules', ...rules.map(nameOf)], folder);
  // Files that pass say so below their name; those that don’t only say so on standard error, without it.
  const succeeded = new Set(
    [...text.matchAll(/^Unit Testing: +(\S+)\n {2}SUCCESS$/gm)].map(([, file]) => file),
  );
  const having = (isSuccess: boolean) =>
    rules.filter((rule) => succeeded.has(nameOf(rule)) === isSuccess).map(({ alert }) => alert);
  const answer = { passed: having(true), failed: having(false) };
  expect(text.match(/^ {2}FAILED:$/gm) ?? []).toHaveLength(answer.failed.length);
  expect(exitCode).toBe(answer.failed.length > 0 ? 1 : 0);
  return answer;
}

describe.each(mutations)('%s', (mistake, mutate) => {
  test('is found by the tests of every rule that it can stand in', { tags: ['promtool'] }, async () => {
    const mutated = eighteen.flatMap((rule) => {
      const changed = mutate(rule);
      return changed ? [changed] : [];
    });
    expect(mutated.length).toBeGreaterThan(0);
    const { passed: missed } = await passing(mutated);
    expect(missed.map((alert) => `${alert} ${mistake}`).filter((name) => !exempt.has(name))).toEqual([]);
  });
});

test('a rule that nobody changed passes its own tests alone, so that a found mistake is the mistake', {
  tags: ['promtool'],
}, async () => {
  expect(await passing(eighteen)).toEqual({ passed: eighteen.map(({ alert }) => alert), failed: [] });
});

test('a changed limit changes rules, tests and texts alike', () => {
  const changed = settingsFor({ thresholds: { latencyP95: { critical: { value: 0.31 } } } });
  const rule = ruleGroups(changed)
    .flatMap(({ rules }) => rules as Rule[])
    .find(({ alert }) => alert === 'HighLatencyP95');
  expect(rule?.expr).toMatch(/> 0\.31 and /);
  expect(rule?.annotations.summary).toContain('> 310 ms');
  expect(alertTestsFile(changed).includes('le="0.3104"')).toBe(true);
  expect(textOf('alerts.yml', changed)).not.toContain('200 ms');
});
