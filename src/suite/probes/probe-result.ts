import {
  givenValue,
  type Measurement,
  messageOf,
  oneLine,
  parseLimit,
  type ServiceConfig,
  timesText,
  type Unit,
} from '../../core/index.ts';
import { UnknownOutcome } from '../run/unknown-outcome.ts';

/** What a probe needs to know of its surroundings. */
export interface ProbeSurroundings {
  /** Address of the target, to which paths are relative; absent without one. */
  targetUrl?: string | undefined;
  /** The services of the deployment, which probes name. */
  services?: readonly ServiceConfig[] | undefined;
  /** Folder to which file names are relative. */
  folder: string;
  /** When the time of all probes is over, by `performance.now()`, and how long it was; absent where it has no end. */
  end?: { atMs: number; ofMs: number } | undefined;
  /** Sends again what met a declared fault of the connection. */
  patiently<T>(what: string, action: () => Promise<T>): Promise<T>;
}

/** What an action gives; what it throws is a fault. */
export async function orFault<T>(faults: string[], action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (thrown) {
    faults.push(messageOf(thrown));
    return undefined;
  }
}

/** The value behind a reference; a secret that is missing where Vigil runs says nothing of the service: unknown. */
export function probeSecret(text: string, where: string): string {
  try {
    return givenValue(text, where);
  } catch (thrown) {
    throw new UnknownOutcome(messageOf(thrown));
  }
}

/** A figure under a limit that a person wrote; without one it is only recorded. */
export function measured(
  name: string,
  value: number,
  unit: Unit,
  limit?: string,
  details: Pick<Measurement, 'sample' | 'note'> = {},
): Measurement {
  const parsed = limit === undefined ? undefined : parseLimit(limit);
  return {
    name,
    value,
    unit: parsed?.unit ?? unit,
    bound: parsed?.bound,
    ...details,
  };
}

const shownFaults = 5;

/** Each fault once, with how often it was found. */
function counted(faults: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const fault of faults) times.set(fault, (times.get(fault) ?? 0) + 1);
  return [...times].map(([fault, count]) => (count === 1 ? fault : `${fault} (${timesText(count)})`));
}

/** How much of an answer was not as expected; none must be, and the first kinds of faults are named. */
export function faultsMeasured(name: string, faults: readonly string[], sample?: number): Measurement {
  const kinds = counted(faults);
  const more = kinds.length > shownFaults ? ` and ${kinds.length - shownFaults} more` : '';
  return {
    name,
    value: faults.length,
    unit: 'count',
    bound: { operator: '<=', value: 0 },
    sample,
    note: faults.length > 0 ? oneLine(kinds.slice(0, shownFaults).join('; ')) + more : undefined,
  };
}
