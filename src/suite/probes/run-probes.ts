import { type Exchanges, noteExchanges } from '../../clients/index.ts';
import {
  messageOf,
  type NetworkConfig,
  type ProbeConfig,
  type Redactor,
  type ServiceConfig,
  testTitle,
} from '../../core/index.ts';
import { openMeasure } from '../checks/measure.ts';
import { judged, openPatiently } from '../checks/tools.ts';
import type { CaseEvent } from '../run/events.ts';
import type { VigilMeta } from '../run/reporter.ts';
import type { SuiteRun } from '../run/run-suite.ts';
import { UNKNOWN_OUTCOME } from '../run/unknown-outcome.ts';
import { catalogueOfProbes } from './catalogue.ts';
import { probesReport } from './probes-report.ts';
import { runProbe } from './run-probe.ts';

export interface RunProbesOptions {
  probes: readonly ProbeConfig[];
  /** Address of the target, to which paths are relative. */
  targetUrl: string | undefined;
  services?: readonly ServiceConfig[] | undefined;
  /** Folder to which file names are relative. */
  folder: string;
  network: NetworkConfig | undefined;
  redactor: Redactor;
  /** Milliseconds for all of them together. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  onCase?: ((event: CaseEvent) => void) | undefined;
}

/** A probe of several requests ends so long before the time is over, so that what it found is told. */
const graceMs = (timeoutMs: number): number => Math.min(1000, timeoutMs / 20);

/** How many probes run beside one another. */
const concurrency = 5;

/** Runs one probe as a check runs: what it measured, and how it ended. */
async function runOne(
  probe: ProbeConfig,
  name: string,
  { targetUrl, services, folder, network }: RunProbesOptions,
  end: { atMs: number; ofMs: number },
): Promise<CaseEvent> {
  const startedAtMs = Date.now();
  const began = performance.now();
  const task: { name: string; meta: { vigil?: VigilMeta } } = { name, meta: {} };
  const { measure, judge } = openMeasure({ task, annotate: () => undefined });
  const patiently = openPatiently(network, measure);
  const exchanges: Exchanges = [];
  let failure: unknown;
  try {
    await judged({ judge }, async () => {
      const around = { targetUrl, services, folder, patiently, end };
      for (const one of await noteExchanges(exchanges, () => runProbe(probe, around))) measure.record(one);
    });
  } catch (thrown) {
    failure = thrown;
  }
  const isUnknown = failure instanceof Error && failure.name === UNKNOWN_OUTCOME;
  return {
    type: 'case',
    name,
    fullName: name,
    file: 'probes',
    state: failure === undefined ? 'passed' : 'failed',
    unknown: isUnknown ? messageOf(failure) : undefined,
    errors: failure === undefined ? [] : [messageOf(failure)],
    retries: 0,
    startedAtMs,
    durationMs: performance.now() - began,
    tags: [],
    measurements: task.meta.vigil?.measurements ?? [],
    exchanges,
  };
}

/** Ends after the time or when the watch is ended, whichever comes first. */
function endOf({ timeoutMs, signal }: RunProbesOptions): {
  ended: Promise<'time' | 'signal'>;
  clear(): void;
} {
  const { promise, resolve } = Promise.withResolvers<'time' | 'signal'>();
  const timer = setTimeout(resolve, timeoutMs, 'time');
  const onAbort = () => resolve('signal');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return {
    ended: promise,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/**
 * Runs the probes in this process, a few at a time, and leaves behind what a suite of them would: a report, a stream and
 * an exit code. A probe that has not ended in time ends by its own time-out, and nobody waits for it.
 */
export async function runProbes(options: RunProbesOptions): Promise<SuiteRun> {
  const { redactor, onCase } = options;
  const began = performance.now();
  const startedAtMs = Date.now();
  const ended: CaseEvent[] = [];
  const running = new Set<string>();
  let isOver = false;
  const ofMs = options.timeoutMs - graceMs(options.timeoutMs);
  const allEnd = { atMs: began + ofMs, ofMs };
  const waiting = catalogueOfProbes(options.probes).map((definition, index) => ({
    id: definition.id,
    probe: options.probes[index] as ProbeConfig,
    name: testTitle(definition),
  }));
  const names = waiting.map(({ name }) => name);
  const work = async () => {
    for (let next = waiting.shift(); next && !isOver; next = waiting.shift()) {
      running.add(next.id);
      const event = redactor.redactDeep(await runOne(next.probe, next.name, options, allEnd));
      if (isOver) return;
      running.delete(next.id);
      ended.push(event);
      onCase?.(event);
    }
  };
  const end = endOf(options);
  const done = Promise.all(Array.from({ length: concurrency }, work)).then(() => 'done' as const);
  const how = await Promise.race([done, end.ended]);
  isOver = true;
  end.clear();
  // In the order of the configuration, whichever ended first.
  const cases = ended.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  const isRed = cases.some(({ state }) => state === 'failed');
  const durationMs = performance.now() - began;
  return {
    exit: {
      code: how === 'done' ? Number(isRed) : undefined,
      signal: how === 'signal' ? 'SIGTERM' : undefined,
      timedOut: how === 'time',
      limitMs: how === 'time' ? options.timeoutMs : undefined,
      running: how === 'time' ? [...running] : undefined,
    },
    events: {
      collected: [],
      cases,
      open: [],
      end: {
        type: 'end',
        reason: how !== 'done' ? 'interrupted' : isRed ? 'failed' : 'passed',
        cases: cases.length,
        unhandledErrors: [],
        failedModules: [],
      },
      malformedLines: 0,
    },
    junitXml: Buffer.from(probesReport(cases, { startedAtMs, durationMs })),
    output: '',
    durationMs,
    leftBehind: [],
  };
}
