import {
  effectiveThresholds,
  type LoadedConfig,
  minimalEnvironment,
  printable,
  type Style,
} from '../../core/index.ts';
import { type EffectiveValue, originOf } from './effective.ts';
import { slaFindings, soakFindings } from './feasibility.ts';
import type { Finding } from './finding.ts';
import { lookAtMachine } from './look-at-machine.ts';
import { lookAtChannels, lookAtRollback, lookAtSecrets } from './look-at-response.ts';
import { lookAtRoutes } from './look-at-routes.ts';
import { lookAtServices } from './look-at-services.ts';
import { lookAtTarget } from './look-at-target.ts';
import { lookAtTraffic } from './look-at-traffic.ts';

/** Looks at everything that a watch and a rollback need, in the order in which a person reads it. */
export async function examine(
  { config, file, folder, fileInput, environment }: LoadedConfig,
  explained: readonly EffectiveValue[],
  machine: Parameters<typeof lookAtMachine>[1],
): Promise<Finding[]> {
  const searchPath = minimalEnvironment().PATH ?? '';
  const hasTable =
    environment.given.has('services') || (fileInput as { services?: unknown }).services !== undefined;
  return [
    { subject: 'configuration', state: 'ok', detail: originOf(file, explained) },
    ...(await lookAtMachine(config, machine)),
    ...(await lookAtServices(config, !hasTable)),
    ...(await lookAtTraffic(config)),
    ...(await lookAtTarget(config, searchPath)),
    ...lookAtRoutes(config),
    ...(await lookAtSecrets(config)),
    ...(await lookAtChannels(config, folder)),
    ...(await lookAtRollback(config, searchPath)),
    ...soakFindings(config, effectiveThresholds(config)),
    ...slaFindings(config, effectiveThresholds(config)),
  ];
}

const marks = { ok: '✓', warning: '!', problem: '✗' } as const;
const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** The findings for a person, a line each, and what they come to. */
export function findingsText(findings: readonly Finding[], style: Style): string {
  const of = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  const [problems, warnings] = [of('problem'), of('warning')];
  const colours = { ok: style.green, warning: style.yellow, problem: style.red };
  const lines = findings.flatMap(({ subject, state, detail, hint }) => [
    `${colours[state](marks[state])} ${subject.padEnd(22)} ${printable(detail)}`,
    ...(hint ? [`    → ${printable(hint)}`] : []),
  ]);
  const ready = warnings > 0 ? `Ready, with ${counted(warnings, 'warning')}.` : 'Ready.';
  return `${[...lines, problems === 0 ? ready : `${counted(problems, 'problem')}.`].join('\n')}\n`;
}
