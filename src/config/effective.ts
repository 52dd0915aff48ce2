import type { Component } from '../catalogue/index.ts';
import { type Bound, type SignalName, type ThresholdTable, thresholds } from '../thresholds/index.ts';
import type { TargetConfig, VigilConfig } from './schema.ts';

/** The threshold table with the values that the configuration changes; operators stay unless it names them. */
export function effectiveThresholds(config: Pick<VigilConfig, 'thresholds'>): ThresholdTable {
  const table: ThresholdTable = structuredClone(thresholds);
  for (const [signal, levels] of Object.entries(config.thresholds)) {
    for (const [level, bound] of Object.entries(levels ?? {})) {
      if (!bound) continue;
      const row = table[signal as SignalName];
      const before = row[level as 'slo'];
      const operator = bound.operator ?? before?.operator ?? (level === 'slo' ? '<' : '>');
      row[level as 'slo'] = { ...before, ...(bound as Partial<Bound>), operator, value: bound.value };
    }
  }
  return table;
}

/** The components that a target declares; a check that needs another is skipped for a declared reason. */
export function declaredComponents(target: TargetConfig): Component[] {
  const {
    planner,
    traces,
    logs,
    release,
    flags,
    breaker,
    smoke,
    prometheus,
    grafana,
    alertmanager,
    containers,
  } = target;
  const optional = {
    planner,
    traces,
    logs,
    release,
    flags,
    breaker,
    smoke,
    prometheus,
    grafana,
    alertmanager,
    containers,
  };
  return [
    'orchestration',
    ...(Object.keys(optional) as (keyof typeof optional)[]).filter((name) => Boolean(optional[name])),
  ];
}
