import pc from 'picocolors';
import { violationsOf } from '../../../src/alerts/rules/violations.ts';
import { cycleSignals } from '../../../src/alerts/signals/cycle-signals.ts';
import { type ThresholdTable, thresholds } from '../../../src/core/thresholds/thresholds.ts';
import { type CycleRecord, cycleVerdict } from '../../../src/monitor/cycle/cycle-record.ts';
import type { WrittenCycle } from '../../../src/monitor/cycle/write-cycle.ts';
import type { CheckOutcome } from '../../../src/suite/outcomes/check-outcome.ts';
import type { SummaryOptions } from '../../../src/views/summary/render-summary.ts';
import { definition } from '../../suite/run/suite-folder.ts';

export const table: ThresholdTable = structuredClone(thresholds);
export const plain = pc.createColors(false);
export const options: SummaryOptions = {
  style: plain,
  width: 100,
  embedded: false,
  cwd: '/srv',
  thresholds: table,
};
export const recorded: WrittenCycle = { files: ['/srv/reports/metrics.prom'], warnings: [] };

/** A check that passed; the catalogue's row with it unless it is left out. */
export const passed = (id: string, more: Partial<CheckOutcome> = {}): CheckOutcome => ({
  id,
  title: 'counts',
  group: 'health',
  outcome: 'pass',
  executed: true,
  measurements: [{ name: 'count', value: 1, unit: 'count', bound: { operator: '<', value: 10 } }],
  durationMs: 400,
  definition: definition(id),
  ...more,
});

/** One that did not run. */
export const skipped = (id: string, more: Partial<CheckOutcome> = {}): CheckOutcome =>
  passed(id, { outcome: 'skipped', executed: false, measurements: [], durationMs: 0, ...more });

/** A cycle with these outcomes, everything else following from them. */
export function record(outcomes: CheckOutcome[], more: Partial<CycleRecord> = {}): CycleRecord {
  const signals = cycleSignals(outcomes);
  const problems = more.problems ?? [];
  const stamp = { timestamp: '2026-01-01T00:00:00.000Z', cycle: 'c1' };
  return {
    id: 'c1',
    startedAt: new Date(stamp.timestamp),
    durationMs: 7000,
    target: { id: 'http://target', url: 'http://target', name: 'Genesis' },
    verdict: cycleVerdict(signals, problems),
    outcomes,
    signals,
    values: {},
    live: undefined,
    violations: violationsOf({ outcomes, values: {} }, table, stamp),
    problems,
    output: '',
    junitXml: undefined,
    ...more,
  };
}
