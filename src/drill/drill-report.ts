import { type CheckDefinition, upperBoundOfShare } from '../core/index.ts';
import type { CheckProof, DrillReport, HealthyResult, ScenarioResult } from './drill-documents.ts';
import { isProven } from './judge-scenario.ts';

function proofOf({ id, title }: CheckDefinition, results: readonly ScenarioResult[]): CheckProof {
  const withMark = (mark: string) =>
    results.filter(({ checks }) => checks.some((check) => check.id === id && check.mark === mark));
  const missedBy = withMark('missed').map(({ name }) => name);
  // A fault around the checks may leave one unknown; only a failure for its own reason proves that it can fail.
  const detectedBy = withMark('detected')
    .filter(({ checks }) => checks.some((check) => check.id === id && check.outcome === 'fail'))
    .filter(({ around }) => !around)
    .map(({ name }) => name);
  const state = missedBy.length > 0 ? 'missed' : detectedBy.length > 0 ? 'proven' : 'unproven';
  return { id, title, state, detectedBy, missedBy };
}

function findingsOf(
  results: readonly ScenarioResult[],
  checks: readonly CheckProof[],
  healthy: HealthyResult | undefined,
): string[] {
  const marked = results.flatMap(({ name, checks: all }) =>
    all.flatMap(({ id, mark, outcome, reason }) => {
      if (mark === 'missed')
        return [`${id} did not notice “${name}”: it was ${outcome}${reason ? `, ${first(reason)}` : ''}`];
      return mark === 'stray'
        ? [`${id} turned ${outcome} under “${name}”, which does not explain it: ${first(reason)}`]
        : [];
    }),
  );
  return [
    ...(healthy?.falseChecks ?? []).map(
      ({ id, times, reason }) => `${id} was red ${times} × on the healthy target: ${first(reason)}`,
    ),
    ...marked,
    ...results.flatMap(({ name, faults }) => faults.map((fault) => `“${name}”: ${fault}`)),
    ...results.flatMap(({ name, impossible }) =>
      impossible ? [`“${name}” could not be injected: ${impossible}`] : [],
    ),
    ...checks
      .filter(({ state }) => state === 'unproven')
      .map(({ id, title }) => `${id} ${title}: no fault has shown that it can fail`),
  ];
}

const first = (text: string): string => text.split('\n', 1)[0] ?? '';

/** Sums the drill up. It passes when every check was proven able to fail and nothing turned red without a reason. */
export function drillReport(
  catalogue: readonly CheckDefinition[],
  results: readonly ScenarioResult[],
  healthy: HealthyResult | undefined,
  seconds: number,
): DrillReport {
  const checks = catalogue.map((check) => proofOf(check, results));
  const count = (state: CheckProof['state']) => checks.filter((check) => check.state === state).length;
  const strays = results.flatMap((result) => result.checks).filter(({ mark }) => mark === 'stray').length;
  const impossible = results.filter((result) => result.impossible).length;
  const broken = results.some((result) => !isProven(result) && !result.impossible);
  const failed = broken || (healthy?.falseCycles ?? 0) > 0;
  return {
    version: 1,
    verdict: failed ? 'fail' : impossible > 0 || count('unproven') > 0 ? 'inconclusive' : 'pass',
    seconds,
    summary: {
      checks: checks.length,
      proven: count('proven'),
      missed: count('missed'),
      unproven: count('unproven'),
      scenarios: results.length,
      strays,
      impossible,
    },
    checks,
    scenarios: [...results],
    healthy: healthy
      ? {
          ...healthy,
          falseRate: healthy.cycles === 0 ? 0 : healthy.falseCycles / healthy.cycles,
          falseRateUpper95: upperBoundOfShare(healthy.falseCycles, healthy.cycles, 0.95),
        }
      : null,
    findings: findingsOf(results, checks, healthy),
  };
}
