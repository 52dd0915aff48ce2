import { randomUUID } from 'node:crypto';
import { type CheckDefinition, messageOf, redactorOf, type TargetConfig } from '../core/index.ts';
import { type CycleRecord, openCycleStandby, runSingleCycle } from '../monitor/index.ts';
import { contextOf } from '../suite/index.ts';
import type { ScenarioResult } from './drill-documents.ts';
import { judgeScenario } from './judge-scenario.ts';
import type { Range, Scenario } from './scenario.ts';

export interface Suite {
  catalogue: readonly CheckDefinition[];
  /** Folder of the suite's Vitest configuration. */
  root: string;
  /** Name of a group's suite file, for Vitest's filter. */
  fileOf(group: string): string;
  /** Runs each cycle by a process that was started ahead, as a loop with `suite.standby` does. */
  standby?: boolean;
}

/** Runs one cycle in a range, on the suites of `groups` or on all, and records it where the range says. */
export async function cycleIn(range: Range, suite: Suite, groups?: readonly string[]): Promise<CycleRecord> {
  const { config } = range;
  const target = { ...(config.target as TargetConfig) };
  const context = contextOf(config, target, {
    cycleId: randomUUID(),
    targetId: target.orchestration,
  });
  const args = [...config.suite.args, ...(groups?.map(suite.fileOf) ?? [])];
  const cycleConfig = { ...config, suite: { ...config.suite, args, standby: suite.standby ?? false } };
  const suiteRoot = range.suiteRoot ?? suite.root;
  const standby = openCycleStandby(cycleConfig, suiteRoot);
  standby?.prepare();
  const { record } = await runSingleCycle({
    redactor: redactorOf(config),
    config: cycleConfig,
    context,
    catalogue: groups ? suite.catalogue.filter(({ group }) => groups.includes(group)) : suite.catalogue,
    suiteRoot,
    standby,
    ...(range.onStart && { onStart: range.onStart }),
  });
  return record;
}

/**
 * Opens the scenario's range, runs the cycle under the fault, judges it, and closes the range whatever happens. A range
 * that would not open proves nothing, and that is its result.
 */
export async function runScenario(scenario: Scenario, suite: Suite): Promise<ScenarioResult> {
  const { name, description, around = false } = scenario;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const unproven = (why: Pick<ScenarioResult, 'impossible' | 'faults'>) => ({
    name,
    description,
    around,
    checks: [],
    ...why,
    seconds: seconds(),
  });
  try {
    const range = await scenario.open();
    if ('impossible' in range) return unproven({ impossible: range.impossible, faults: [] });
    try {
      const record = await cycleIn(range, suite, scenario.groups);
      return judgeScenario(scenario, record, seconds());
    } finally {
      await range.close();
    }
  } catch (thrown) {
    return unproven({ faults: [`the range failed: ${messageOf(thrown)}`] });
  }
}
