import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type Component,
  declaredComponents,
  effectiveThresholds,
  messageOf,
  type NetworkConfig,
  type ProbeConfig,
  type ServiceConfig,
  servicesAt,
  shardOf,
  shardText,
  type TargetConfig,
  type ThresholdTable,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';

/** The trace of a cycle: its id, and the span of the cycle itself, in lower-case hexadecimal digits. */
export interface CycleTrace {
  traceId: string;
  spanId: string;
  /** Whether it is recorded; the sampler of the environment may leave it out. */
  isSampled: boolean;
}

/** A case as runner and child both name it: its file and its full name, joined as Vitest does. */
export function caseNameOf({ file, fullName }: { file: string; fullName: string }): string {
  return `${file} > ${fullName}`;
}

/**
 * The span of a check within the trace of its cycle. Runner and child find it each for themselves, so that the child
 * can name it as the parent of its requests before the runner has made it.
 */
export function checkSpanId(traceId: string, caseName: string): string {
  return createHash('sha256').update(`${traceId}\n${caseName}`).digest('hex').slice(0, 16);
}

/** What one run of the suite knows of its surroundings; handed from the runner to the child as a JSON file. */
export interface RunContext {
  cycleId: string;
  /** Whose evidence this is; recorded cycles of another target don't count. */
  targetId: string;
  target: TargetConfig;
  services: readonly ServiceConfig[];
  declared: Component[];
  thresholds: ThresholdTable;
  metricsPrefix: string;
  /** Folder of the evidence and of what C04 writes. */
  reports: string;
  intervalMs: number;
  timeoutMs: number;
  liveWindowMs: number;
  /** The part of the checks that the configuration asks for, as `1/3`; all of them without. */
  shard?: string | undefined;
  /** The trace that the requests of the checks continue, where spans are exported. */
  trace?: CycleTrace | undefined;
  /** Folder of the configuration. */
  folder?: string | undefined;
  /** What the configuration asks of services without code; secrets in it are references. */
  probes?: readonly ProbeConfig[] | undefined;
  /** When a request may be sent again; never, without it. */
  network?: NetworkConfig | undefined;
  /** Whether nobody but Vitest judges: it was started by hand. */
  onDemand?: boolean | undefined;
}

/** All that a process must be able to resolve to ask as a context says. */
export const refersToSecrets = (
  context: { probes?: unknown; services?: unknown; target?: unknown } | undefined,
): unknown => [context?.probes, context?.services, context?.target];

/** The part of the context that follows from the configuration alone. */
export function contextOf(
  config: VigilConfig,
  target: TargetConfig,
  ids: Pick<RunContext, 'cycleId' | 'targetId'>,
): RunContext {
  const shard = shardOf(config.suite);
  return {
    ...ids,
    target,
    services: servicesAt(config, target),
    declared: declaredComponents(target),
    thresholds: effectiveThresholds(config),
    metricsPrefix: config.metricsPrefix,
    reports: config.reports,
    intervalMs: config.interval,
    timeoutMs: config.timeout,
    liveWindowMs: config.liveWindow,
    shard: shard && shardText(shard),
    probes: config.probes,
    folder: config.folder,
    network: config.network,
  };
}

export function writeContext(file: string, context: RunContext): void {
  writeFileSync(file, JSON.stringify(context), { mode: 0o600 });
}

/** The context that the runner wrote; HARNESS when it can't be read. */
export function readContext(file: string): RunContext {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunContext;
  } catch (thrown) {
    throw new VigilError('HARNESS', `the run's context could not be read: ${messageOf(thrown)}`, {
      where: file,
      hint: 'start the suite through vigil monitor, or plainly with npx vitest run',
      cause: thrown,
    });
  }
}
