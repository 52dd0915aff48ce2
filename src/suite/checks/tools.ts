import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchanges } from '../../clients/index.ts';
import type { Measurement, NetworkConfig } from '../../core/index.ts';
import { type Measure, type MeasuringContext, openMeasure } from './measure.ts';
import { openProbes, type Probes } from './probe-calls.ts';
import { surroundings } from './surroundings.ts';
import { openTargetClient, type TargetClient } from './target-client.ts';

type Patiently = <T>(what: string, action: () => Promise<T>) => Promise<T>;

/** What a check works with. */
export interface Tools {
  target: TargetClient;
  /** For the clean-up: what it asks shows nothing of the check. */
  cleaningTarget: TargetClient;
  measure: Measure;
  probe: Probes;
  /** Does something again for the network errors that the configuration declares, and records that it did. */
  patiently: Patiently;
  /** Fails the test when anything it measured is unmet; called at its end, with what it threw itself. */
  judge(thrown?: unknown): void;
}

/** A request that was sent again, and why. */
interface Retry {
  what: string;
  code: string;
}

function codesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error)) return [];
  const { code } = thrown as { code?: unknown };
  return [...(typeof code === 'string' ? [code] : []), ...codesOf(thrown.cause)];
}

/**
 * Does something that may meet a fault of the network, and does it again when exactly that fault is declared. Every
 * retry is told, so that what passed at the second attempt is seen to have done so.
 */
async function withRetries<T>(
  policy: NetworkConfig | undefined,
  what: string,
  action: () => Promise<T>,
  onRetry: (retry: Retry) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (thrown) {
      const code = codesOf(thrown).find((each) =>
        (policy?.retryOn as readonly string[] | undefined)?.includes(each),
      );
      if (code === undefined || !policy || attempt >= policy.attempts) throw thrown;
      onRetry({ what, code });
      await sleep(policy.wait);
    }
  }
}

/** One measurement that counts the retries of a check and says what each was for. */
function retryRecorder(measure: Measure): (retry: Retry) => void {
  const retries: Retry[] = [];
  let recorded: Measurement | undefined;
  return (retry) => {
    retries.push(retry);
    const note = retries.map(({ what, code }) => `${code} from ${what}`).join('; ');
    recorded ??= measure.record({ name: 'network retries', value: 0, unit: 'count' });
    Object.assign(recorded, { value: retries.length, note });
  };
}

/** Works with the tools and judges what was measured, also when the work was broken off. */
export async function judged(tools: Pick<Tools, 'judge'>, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    tools.judge(thrown);
    throw thrown;
  }
  tools.judge();
}

/** Does something again for the network errors that are declared; what was done again is recorded with what is measured. */
export function openPatiently(network: NetworkConfig | undefined, measure: Measure): Patiently {
  const onRetry = retryRecorder(measure);
  return (what, action) => withRetries(network, what, action, onRetry);
}

/** The tools of one test. */
export async function openTools(context: MeasuringContext, objective?: string): Promise<Tools> {
  const { targetUrl, services, folder, network } = await surroundings();
  const { measure, judge } = openMeasure(context, objective);
  const patiently = openPatiently(network, measure);
  const exchanges: Exchanges = [];
  context.task.meta.vigil = { ...context.task.meta.vigil, exchanges };
  return {
    measure,
    patiently,
    judge,
    target: openTargetClient(targetUrl, patiently, exchanges),
    cleaningTarget: openTargetClient(targetUrl, patiently, []),
    probe: openProbes({ targetUrl, services, folder, patiently }, measure.record, exchanges),
  };
}
