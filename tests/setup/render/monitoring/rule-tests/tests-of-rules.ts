import {
  type AlertRule,
  type Expression,
  type RuleDefinition,
  ruleDefinitions,
  scaledBy,
  signalExpressions,
} from '../../../../../src/alerts/index.ts';
import { durationLiteral } from '../../../../../src/core/index.ts';
import { watchdog } from '../../../../../src/setup/render/monitoring/alert-rules-file.ts';
import type { MonitoringSettings } from '../../../../../src/setup/render/monitoring/settings.ts';
import { expectStates } from './expect-states.ts';
import { limitTests } from './limit-tests.ts';
import { quorumTests } from './quorum-tests.ts';
import type { RuleTest } from './rule-test.ts';
import type { Stage } from './scene.ts';
import { sceneOf } from './scenes.ts';
import {
  absenceTests,
  absentServiceTest,
  ageTests,
  burstTest,
  fewOperationsTest,
  flipTests,
} from './special-tests.ts';
import { firesAt, type Intervals } from './timing.ts';
import { errorScene } from './traffic-scenes.ts';

function intervalsOf({ scrapeIntervalMs, evaluationIntervalMs }: MonitoringSettings): Intervals {
  return { scrapeMs: scrapeIntervalMs, evaluationMs: evaluationIntervalMs };
}

/** The gauge under an aggregation. */
function gaugeIn(expression: Expression): string | undefined {
  if (expression.kind === 'gauge') return expression.selector.metric;
  return expression.kind === 'aggregate' ? gaugeIn(expression.of) : undefined;
}

/** So much traffic in one scrape that the longest window forgets what came before. */
function stageOf({ naming, scrapeIntervalMs, quorum }: MonitoringSettings, rule: AlertRule): Stage {
  const windowMs = scaledBy(naming, naming.windowMs);
  const longestMs = Math.max(windowMs, (rule.spans.short ?? 0) * 1000);
  return {
    prefix: naming.prefix,
    quorum,
    passRateMetric: gaugeIn(signalExpressions(naming).passRate) ?? '',
    windowMs,
    scrapeSeconds: scrapeIntervalMs / 1000,
    flood: 40 * Math.ceil(longestMs / scrapeIntervalMs),
    // So many that a small ratio of them is a whole number.
    pace: 1_000_000,
  };
}

/** Operations between two scrapes of a service that hardly anybody uses. */
const few = 0.1;

function testsOf(rule: AlertRule, { subject }: RuleDefinition, settings: MonitoringSettings): RuleTest[] {
  const intervals = intervalsOf(settings);
  const { naming, table } = settings;
  const stage = stageOf(settings, rule);
  const special = { rule, intervals, settings, prefix: naming.prefix };
  if (subject.by === 'absence') return absenceTests(special);
  if (subject.by === 'cycle age') return ageTests(special);
  const bound = rule.limit;
  if (!bound) throw new RangeError(`${rule.name} has no limit to test`);
  if (subject.by === 'burn') {
    const budget = table.errorRatio.slo?.value;
    const scene = errorScene(stage, budget);
    return [
      ...limitTests({ rule, bound, scene, intervals, settings }),
      burstTest(special, scene),
      fewOperationsTest(special, errorScene({ ...stage, pace: few }, budget)),
    ];
  }
  if (subject.signal === 'checkFlips') return flipTests(special);
  const sceneAt = (pace: number) => sceneOf(subject.signal, { ...stage, pace });
  const tests = limitTests({ rule, bound, scene: sceneAt(stage.pace), intervals, settings });
  switch (subject.signal) {
    case 'uptime':
      return [...tests, absentServiceTest(special)];
    case 'errorRatio':
    case 'latencyP95':
      return [...tests, fewOperationsTest(special, sceneAt(few))];
    default:
      return tests;
  }
}

function watchdogTest(settings: MonitoringSettings): RuleTest {
  return {
    name: 'Watchdog fires always',
    interval: durationLiteral(settings.scrapeIntervalMs),
    input_series: [],
    alert_rule_test: [
      {
        eval_time: durationLiteral(settings.evaluationIntervalMs),
        alertname: watchdog.alert,
        exp_alerts: [{ exp_labels: watchdog.labels, exp_annotations: watchdog.annotations }],
      },
    ],
  };
}

/** Without any data nothing is concluded but that there is none: every rule that isn't about that stays quiet. */
function noDataTest(rules: readonly AlertRule[], settings: MonitoringSettings): RuleTest {
  const intervals = intervalsOf(settings);
  const isAboutAbsence = ({ name }: AlertRule) =>
    ruleDefinitions.some(
      (definition) =>
        definition.name === name &&
        (definition.subject.by === 'absence' ||
          definition.subject.by === 'cycle age' ||
          ('signal' in definition.subject && definition.subject.signal === 'uptime')),
    );
  const quiet = rules.filter((rule) => !isAboutAbsence(rule));
  const longestMs = Math.max(...quiet.map((rule) => firesAt(0, rule, intervals)));
  const atMs = longestMs + 2 * intervals.evaluationMs;
  const expected = quiet.map((rule) => expectStates(rule, {}, settings, [{ atMs, state: 'quiet' }]));
  return {
    name: 'no rule fires without data, but those about absence',
    interval: durationLiteral(intervals.scrapeMs),
    input_series: [],
    alert_rule_test: expected.flatMap(({ alert_rule_test: all = [] }) => all),
    promql_expr_test: expected.flatMap(({ promql_expr_test: all = [] }) => all),
  };
}

/** Unit tests of every rule, with the limits and times that the rules were made with. */
export function testsOfRules(settings: MonitoringSettings): RuleTest[] {
  const rules = settings.rules;
  const tests = rules.flatMap((rule) => {
    const definition = ruleDefinitions.find(({ name }) => name === rule.name);
    return definition ? testsOf(rule, definition, settings) : [];
  });
  return [...tests, noDataTest(rules, settings), watchdogTest(settings), ...quorumTests(settings)];
}
