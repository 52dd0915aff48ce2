import { type Receiver, startTraceReceiver } from '../../clients/index.ts';
import {
  effectiveThresholds,
  noTarget,
  type ServiceConfig,
  servicesAt,
  suiteKind,
  type TargetConfig,
  type ThresholdTable,
  targetIdOf,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import { contextOf, type RunContext } from '../run/context.ts';

/** A target that was started for the run, and how to end it. */
export interface EmbeddedTarget {
  target: TargetConfig;
  stop(): Promise<void>;
}

/** Starts the target that is watched when none is configured: its traces sent to the URL given, ready to be judged by these limits. */
export type StartEmbedded = (traceReceiver: string, table: ThresholdTable) => Promise<EmbeddedTarget>;

/** What has to be alive around a cycle: the receiver of traces, and the target where it is embedded. */
export interface Harness {
  target: TargetConfig;
  services: readonly ServiceConfig[];
  targetId: string;
  embedded: boolean;
  contextFor(cycleId: string): RunContext;
  close(): Promise<void>;
}

async function receiverFor(target: TargetConfig | undefined): Promise<Receiver | undefined> {
  if (!target) return startTraceReceiver({});
  if (!target.traces || !('receiver' in target.traces)) return undefined;
  const { hostname, port } = new URL(target.traces.receiver);
  return startTraceReceiver({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 4318 });
}

/** Opens what the configuration asks for; everything opened is closed again when a later part fails. */
export async function openHarness(config: VigilConfig, startEmbedded: StartEmbedded): Promise<Harness> {
  const table = effectiveThresholds(config); // may refuse, so before anything is open
  // Only the 36 checks have a target of their own to fall back on; another suite knows what it asks.
  const given = config.target ?? (suiteKind(config) === 'own' ? undefined : noTarget);
  const receiver = await receiverFor(given);
  let embedded: EmbeddedTarget | undefined;
  try {
    embedded = given ? undefined : await startEmbedded((receiver as Receiver).url, table);
  } catch (thrown) {
    await receiver?.close();
    throw thrown;
  }
  const configured = (embedded?.target ?? given) as TargetConfig;
  const target = receiver ? { ...configured, traces: { receiver: receiver.url } } : configured;
  return {
    ...around(config, target),
    embedded: embedded !== undefined,
    async close() {
      await embedded?.stop();
      await receiver?.close();
    },
  };
}

function around(config: VigilConfig, target: TargetConfig) {
  const targetId = targetIdOf(config);
  return {
    target,
    services: servicesAt(config, target),
    targetId,
    contextFor: (cycleId: string) => contextOf(config, target, { cycleId, targetId }),
  };
}

/** The surroundings of a target that another process on this machine watches already: its receiver takes the traces. */
export function sharedHarness(config: VigilConfig): Harness {
  if (!config.target)
    throw new VigilError('CONFIG_INVALID', 'the embedded target belongs to the process that started it');
  const { traces } = config.target;
  const receiver = traces && 'receiver' in traces ? new URL(traces.receiver) : undefined;
  if (receiver && receiver.port === '') receiver.port = '4318'; // as it is opened
  const target = receiver ? { ...config.target, traces: { receiver: receiver.origin } } : config.target;
  return {
    ...around(config, target),
    embedded: false,
    close: () => Promise.resolve(),
  };
}
