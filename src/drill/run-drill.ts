import type { DrillReport, HealthyResult, ScenarioResult } from './drill-documents.ts';
import { drillReport } from './drill-report.ts';
import { isProven } from './judge-scenario.ts';
import { runScenario, type Suite } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

export interface DrillOptions {
  suite: Suite;
  scenarios: readonly Scenario[];
  /** How many ranges are open at a time. */
  concurrency: number;
  /** The checks that are to be proven; all of the catalogue without it. */
  only?: readonly string[] | undefined;
  /** Told of each scenario when it has been judged. */
  onResult?: (result: ScenarioResult, done: number) => void;
  /** Runs the suite without a fault first. */
  healthy?: () => Promise<HealthyResult>;
}

/**
 * Puts each fault into a range of its own, several ranges side by side, and judges what turned red.
 * Ranges side by side load each other, so what was not proven there is put in once more, alone, and
 * that result counts; it says that it is the second.
 */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const { suite, scenarios } = options;
  const began = performance.now();
  const healthy = await options.healthy?.();
  const results = new Map<string, ScenarioResult>();
  const queue = scenarios.toSorted((a, b) => Number(b.long ?? false) - Number(a.long ?? false));
  const worker = async () => {
    for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
      const result = await runScenario(scenario, suite);
      results.set(scenario.name, result);
      options.onResult?.(result, results.size);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  for (const scenario of options.concurrency > 1 ? scenarios : []) {
    if (isProven(results.get(scenario.name) as ScenarioResult)) continue;
    const again = { ...(await runScenario(scenario, suite)), again: true };
    results.set(scenario.name, again);
    options.onResult?.(again, results.size);
  }
  const inOrder = scenarios.map(({ name }) => results.get(name) as ScenarioResult);
  const concerned = suite.catalogue.filter(
    ({ id }) => scenarios.length > 0 && (options.only?.includes(id) ?? true),
  );
  return drillReport(concerned, inOrder, healthy, (performance.now() - began) / 1000);
}
