import { describeMeasurement, xmlText } from '../../core/index.ts';
import type { CaseEvent } from '../run/events.ts';
import { UNKNOWN_OUTCOME } from '../run/unknown-outcome.ts';

const inSeconds = (milliseconds: number | undefined) => ((milliseconds ?? 0) / 1000).toFixed(3);

function caseElement({ name, durationMs, measurements, errors, unknown }: CaseEvent): string[] {
  const type = unknown === undefined ? 'ObjectiveNotMet' : UNKNOWN_OUTCOME;
  return [
    `    <testcase classname="probes" name="${xmlText(name)}" time="${inSeconds(durationMs)}">`,
    ...(measurements.length > 0
      ? [
          '      <properties>',
          ...measurements.map(
            (one) => `        <property name="vigil" value="${xmlText(describeMeasurement(one))}"/>`,
          ),
          '      </properties>',
        ]
      : []),
    ...errors.map(
      (error) => `      <failure type="${type}" message="${xmlText(error)}">${xmlText(error)}</failure>`,
    ),
    '    </testcase>',
  ];
}

/** What probes came to as JUnit: one case each. */
export function probesReport(
  cases: readonly CaseEvent[],
  { startedAtMs, durationMs }: { startedAtMs: number; durationMs: number },
): string {
  const failures = cases.filter(({ state }) => state === 'failed').length;
  const totals = `tests="${cases.length}" failures="${failures}" errors="0" time="${inSeconds(durationMs)}"`;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="probes" ${totals}>`,
    `  <testsuite name="probes" ${totals} skipped="0" timestamp="${new Date(startedAtMs).toISOString()}">`,
    ...cases.flatMap(caseElement),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}
