import { describeMeasurement, isMet, type Measurement } from '../../../src/core/catalogue/measurement.ts';
import { type ProbeInput, probeSchema } from '../../../src/core/config/probes.ts';
import type { ServiceConfig } from '../../../src/core/config/service-list.ts';
import { validateConfig } from '../../../src/core/config/validate.ts';
import type { ProbeSurroundings } from '../../../src/suite/probes/probe-result.ts';
import { runProbe } from '../../../src/suite/probes/run-probe.ts';

export interface Asked {
  measurements: Measurement[];
  /** Whether every limit was met, and there was one. */
  passes: boolean;
  /** What a person would read. */
  says: string;
}

/** Services as a configuration describes them. */
export const servicesOf = (services: object): readonly ServiceConfig[] =>
  validateConfig({ services, probes: [{ type: 'http', path: '/' }] }, 'test').services;

/** Asks a probe as the configuration would have it. */
export async function ask(probe: ProbeInput, around: Partial<ProbeSurroundings> = {}): Promise<Asked> {
  const measurements = await runProbe(probeSchema.parse(probe), {
    folder: process.cwd(),
    patiently: (_, action) => action(),
    ...around,
  });
  const passes = measurements.some(({ bound }) => bound) && measurements.every(isMet);
  return { measurements, passes, says: measurements.map(describeMeasurement).join('; ') };
}
