import { alertRules, namingOf } from '../src/alerts/index.ts';
import { effectiveThresholds, type LoadedConfig, targetIdOf } from '../src/core/index.ts';
import type { HistoryReader } from '../src/history/index.ts';
import type { WordContext } from '../src/monitor/index.ts';
import { explainedBefore, gateSetup, rollbackAdvice } from '../src/release/index.ts';
import { suiteOf, suitePlaceOf } from './suite-of.ts';

/** What the words of an alert are made of where no loop runs: the configuration and the last recorded cycle. */
export function wordContextOf({ config, folder }: LoadedConfig, history: HistoryReader): WordContext {
  const setup = gateSetup(config, targetIdOf(config));
  return {
    rules: alertRules(effectiveThresholds(config), namingOf(config), config.interval),
    catalogue: suiteOf(config, folder).catalogue,
    outcomes: history.latestCycle()?.outcomes ?? [],
    rollbackAdvice: rollbackAdvice(config, history, explainedBefore(history, setup)),
    suite: suitePlaceOf(config, folder),
  };
}
