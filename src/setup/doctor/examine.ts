import {
  effectiveThresholds,
  type LoadedConfig,
  minimalEnvironment,
  printable,
  type Style,
} from '../../core/index.ts';
import type { Finding } from '../command-documents.ts';
import { type EffectiveValue, originOf } from './effective.ts';
import { slaFindings, soakFindings } from './feasibility.ts';
import { lookAtMachine } from './look-at-machine.ts';
import { lookAtProbes } from './look-at-probes.ts';
import { lookAtRendered } from './look-at-rendered.ts';
import { lookAtChannels, lookAtRollback, lookAtSecrets } from './look-at-response.ts';
import { lookAtRoutes } from './look-at-routes.ts';
import { lookAtServices } from './look-at-services.ts';
import { lookAtSuite } from './look-at-suite.ts';
import { lookAtTarget } from './look-at-target.ts';
import { lookAtTelemetry } from './look-at-telemetry.ts';
import { lookAtLedger, lookAtStore, lookAtTraffic } from './look-at-traffic.ts';
import { openMetricsReader } from './service-metrics.ts';

/** Looks at everything that a watch and a rollback need, in the order in which a person reads it. */
export async function examine(
  { config, file, folder, fileInput, environment }: LoadedConfig,
  explained: readonly EffectiveValue[],
  machine: Parameters<typeof lookAtMachine>[1],
): Promise<Finding[]> {
  const searchPath = minimalEnvironment().PATH ?? '';
  const hasTable =
    environment.given.has('services') || (fileInput as { services?: unknown }).services !== undefined;
  const readMetrics = openMetricsReader();
  return [
    { subject: 'configuration', state: 'ok', detail: originOf(file, explained) },
    ...(await lookAtMachine(config, machine)),
    ...(await lookAtSuite(config, folder, searchPath)),
    ...(await lookAtServices(config, !hasTable, readMetrics)),
    ...(await lookAtStore(config)),
    ...(await lookAtLedger(config, folder)),
    ...(await lookAtProbes(config)),
    ...(await lookAtTraffic(config, readMetrics)),
    ...(await lookAtTarget(config, searchPath)),
    ...lookAtRendered(config),
    ...lookAtRoutes(config),
    ...(await lookAtTelemetry(folder)),
    ...(await lookAtSecrets(config)),
    ...(await lookAtChannels(config, folder)),
    ...(await lookAtRollback(config, searchPath, readMetrics)),
    ...soakFindings(config, effectiveThresholds(config)),
    ...slaFindings(config, effectiveThresholds(config)),
  ];
}

const marks = { ok: '✓', warning: '!', problem: '✗' } as const;
const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** What the findings come to, for a person, and then each, the problems first. */
export function findingsText(findings: readonly Finding[], style: Style): string {
  const of = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [problems, warnings] = [of('problem'), of('warning')];
  const colours = { ok: style.green, warning: style.yellow, problem: style.red };
  const order = { problem: 0, warning: 1, ok: 2 };
  const worstFirst = findings.toSorted((a, b) => order[a.state] - order[b.state]);
  const lines = worstFirst.flatMap(({ subject, state, detail, hint }) => [
    `${colours[state](marks[state])} ${subject.padEnd(22)} ${printable(detail)}`,
    ...(hint ? [`    → ${printable(hint)}`] : []),
  ]);
  const ready = warnings > 0 ? `Ready, with ${counted(warnings, 'warning')}.` : 'Ready.';
  const verdict = problems === 0 ? ready : `Not ready: ${counted(problems, 'problem')}.`;
  return `${[verdict, '', ...lines].join('\n')}\n`;
}
