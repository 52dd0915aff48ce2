import { type Component, components } from '../catalogue/check-definition.ts';
import { VigilError } from '../errors.ts';
import { shownUrl } from '../text/shown-url.ts';
import { type Bound, opposite } from '../thresholds/bound.ts';
import {
  type SignalName,
  type SignalThresholds,
  type ThresholdTable,
  thresholds,
} from '../thresholds/thresholds.ts';
import { suiteKind, type TargetConfig, type VigilConfig } from './schema.ts';

/** The side of a level that has no limit yet, by those that have one: breaches lie opposite of the objective. */
function impliedOperator(row: SignalThresholds, level: string): Bound['operator'] | undefined {
  const breach = row.warning ?? row.critical ?? row.rollback ?? (row.slo && opposite(row.slo));
  if (level !== 'slo' || !breach) return breach?.operator;
  return opposite(breach).operator;
}

/** The threshold table with the values that the configuration changes; operators stay unless it names them. */
export function effectiveThresholds(config: Pick<VigilConfig, 'thresholds'>): ThresholdTable {
  const table: ThresholdTable = structuredClone(thresholds);
  for (const [signal, levels] of Object.entries(config.thresholds)) {
    for (const [level, bound] of Object.entries(levels ?? {})) {
      if (!bound) continue;
      const row = table[signal as SignalName];
      const before = row[level as 'slo'];
      const operator = bound.operator ?? before?.operator ?? impliedOperator(row, level);
      if (!operator) {
        throw new VigilError('CONFIG_INVALID', `thresholds.${signal}.${level}: the operator is missing`, {
          expected: 'operator: "<", "<=", ">" or ">=", because this signal has no limit that implies it',
        });
      }
      const { value } = bound;
      const forSeconds = bound.forSeconds ?? before?.forSeconds;
      row[level as 'slo'] = {
        ...before,
        ...(forSeconds !== undefined && { forSeconds }),
        operator,
        value,
      };
    }
  }
  return table;
}

const loopback = /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** This machine's resources are the target's only when the target is here; elsewhere a node_exporter must say. */
function knowsHost({ orchestration, host }: TargetConfig): boolean {
  return (
    host !== undefined || (URL.canParse(orchestration) && loopback.test(new URL(orchestration).hostname))
  );
}

/** Stands for the target of a suite or of probes that name theirs themselves. */
export const noTarget: TargetConfig = { orchestration: '' };

/** Whose evidence that of the embedded target is: another start of it listens elsewhere, and is the same. */
export const embeddedTargetId = 'the embedded Genesis';

/** Whose evidence a configuration means: its target's address, its name where it has none, or the embedded target. */
export function targetIdOf(config: VigilConfig): string {
  if (!config.target && suiteKind(config) === 'own') return embeddedTargetId;
  return shownUrl(config.target?.orchestration ?? '') || config.name;
}

/** The components that a target declares; a check that needs another is skipped for a declared reason. */
export function declaredComponents(target: TargetConfig): Component[] {
  return components.filter((component) => {
    if (component === 'host') return knowsHost(target);
    return Boolean(target[component]);
  });
}
