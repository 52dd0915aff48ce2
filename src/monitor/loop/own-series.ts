import { jobs } from '../../alerts/index.ts';
import type { Family } from '../../clients/index.ts';
import type { ScrapedSample } from '../../history/index.ts';

/** The watch's own metrics as samples, as if they had been scraped from its port. */
export function ownSamples(families: readonly Family[]): ScrapedSample[] {
  return [
    { series: { name: 'up', labels: { job: jobs.tests } }, value: 1 },
    ...families.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => ({
        series: { name, labels: { ...labels, job: jobs.tests } },
        value,
      })),
    ),
  ];
}
