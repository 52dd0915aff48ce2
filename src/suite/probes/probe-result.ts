import {
  givenValue,
  type Measurement,
  messageOf,
  oneLine,
  parseLimit,
  type ServiceConfig,
  type Unit,
} from '../../core/index.ts';
import { UnknownOutcome } from '../run/unknown-outcome.ts';

/** What a probe needs to know of its surroundings. */
export interface ProbeSurroundings {
  /** Address of the target, to which paths are relative; absent without one. */
  targetUrl?: string | undefined;
  /** The services of the deployment, which probes name. */
  services?: readonly Pick<ServiceConfig, 'name' | 'url' | 'success'>[] | undefined;
  /** Folder to which file names are relative. */
  folder: string;
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

/** How much of an answer was not as expected; none must be, and the first are named. */
export function faultsMeasured(name: string, faults: readonly string[], sample?: number): Measurement {
  const more = faults.length > shownFaults ? ` and ${faults.length - shownFaults} more` : '';
  return {
    name,
    value: faults.length,
    unit: 'count',
    bound: { operator: '<=', value: 0 },
    sample,
    note: faults.length > 0 ? oneLine(faults.slice(0, shownFaults).join('; ')) + more : undefined,
  };
}
