import type { HostReading } from '../../src/clients/index.ts';
import type { Measurement } from '../../src/core/index.ts';
import type { Measure } from './measure.ts';

/** Tasks that wait for each core: far more than any burst of a busy machine. */
const mostLoadPerCore = 40;
const mostFilesUsed = 0.9;

/** What of a host keeps a service from working besides memory, space and cores. */
export function hostMeasurements(
  { disks, cores, loadAverage1m }: HostReading,
  measure: Measure,
): Measurement[] {
  const counted = disks.filter(({ filesUsedRatio }) => filesUsedRatio !== undefined);
  const fullest = counted.toSorted((a, b) => (b.filesUsedRatio ?? 0) - (a.filesUsedRatio ?? 0))[0];
  const readOnly = disks.filter(({ isReadOnly, mount }) => isReadOnly && mount === '/');
  const load = { unit: 'count', must: { operator: '<', value: mostLoadPerCore } } as const;
  const files = { unit: 'ratio', must: { operator: '<', value: mostFilesUsed } } as const;
  return [
    measure('load per core', loadAverage1m / cores, load, { note: `load ${loadAverage1m}, ${cores} cores` }),
    measure.none(
      'file systems that can’t be written',
      readOnly.map(({ mount }) => `${mount} is read-only`),
      disks.length,
    ),
    ...(fullest ? [measure(`inodes in use on ${fullest.mount}`, fullest.filesUsedRatio ?? 0, files)] : []),
  ];
}
