import { type Exchanges, noteExchanges } from '../../clients/index.ts';
import { type Measurement, type ProbeInput, probeSchema, VigilError } from '../../core/index.ts';
import type { ProbeSurroundings } from '../probes/probe-result.ts';
import { probeTypes, runProbe } from '../probes/run-probe.ts';

type Type = ProbeInput['type'];
/** Belongs to the check in which a probe is called, not to the call. */
type OfTheCheck = 'type' | 'id' | 'name' | 'group' | 'severity' | 'priority' | 'next';
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type ProbeCall<T extends Type> = Without<Extract<ProbeInput, { type: T }>, OfTheCheck>;

/** The probes of the configuration, called in a check: what they measure is the check's own. */
export type Probes = { [T in Type]: (probe: ProbeCall<T>) => Promise<Measurement[]> };

/** Probes whose measurements go to `record`, and whose requests are noted. */
export function openProbes(
  around: ProbeSurroundings,
  record: (measurement: Measurement) => unknown,
  exchanges: Exchanges,
): Probes {
  const call = (type: Type) => async (given: object) => {
    const parsed = probeSchema.safeParse({ type, ...given });
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || type}: ${message}`);
      throw new VigilError('USAGE', `probe.${type}: ${issues.join('; ')}`);
    }
    const measurements = await noteExchanges(exchanges, () => runProbe(parsed.data, around));
    for (const measurement of measurements) record(measurement);
    return measurements;
  };
  return Object.fromEntries(probeTypes.map((type) => [type, call(type)])) as Probes;
}
