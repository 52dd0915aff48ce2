import { isMet, subjectLabels } from '../../core/index.ts';
import type { CycleRecord, WrittenCycle } from '../../monitor/index.ts';
import type { CycleDocument } from './cycle-schema.ts';

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The cycle for machines: the shape of `vigil monitor --json`, figures in base units. */
export function cycleDocument(record: CycleRecord, recorded: WrittenCycle): CycleDocument {
  return {
    version: 1,
    at: new Date(record.startedAt.getTime() + record.durationMs).toISOString(),
    cycle: record.id,
    startedAt: record.startedAt.toISOString(),
    durationSeconds: record.durationMs / 1000,
    target: record.target,
    verdict: record.verdict,
    signals: { ...record.signals, passRate: record.signals.passRate ?? null, values: record.values },
    checks: record.outcomes.map(
      ({
        definition,
        executed,
        measurements,
        reason,
        durationMs,
        failingSince,
        caseName: _,
        exchanges: __,
        ...check
      }) => ({
        ...check,
        ...(definition && {
          severity: definition.severity,
          priority: definition.priority,
          next: definition.next,
          ...subjectLabels(definition),
        }),
        executed,
        reason: reason ?? null,
        ...(failingSince && { failingSince }),
        durationSeconds: durationMs === undefined ? null : durationMs / 1000,
        measurements: measurements.map((measurement) => ({
          ...measurement,
          value: finite(measurement.value),
          met: isMet(measurement),
        })),
      }),
    ),
    ...(record.quarantine?.length && { quarantine: record.quarantine }),
    ...(record.completeness && { completeness: record.completeness }),
    alerts: record.violations,
    problems: record.problems,
    ...(record.leftBehind?.length && { leftBehind: [...record.leftBehind] }),
    files: recorded.files,
    warnings: recorded.warnings,
  };
}
