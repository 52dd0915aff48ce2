import { describeMeasurement, isMet, type Measurement } from '../../src/catalogue/index.ts';
import { type ProbeInput, probeSchema } from '../../src/config/index.ts';
import { type ProbeSurroundings, runProbe } from '../../src/probes/index.ts';

export interface Asked {
  measurements: Measurement[];
  /** Whether every limit was met, and there was one. */
  passes: boolean;
  /** What a person would read. */
  says: string;
}

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
