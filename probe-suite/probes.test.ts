import { test } from 'vitest';
import { testTitle } from '../src/core/index.ts';
import { judged, openTools, surroundings } from '../src/suite/checks/index.ts';
import { catalogueOfProbes, runProbe } from '../src/suite/index.ts';

const { probes, targetUrl, folder } = await surroundings();

for (const [index, definition] of catalogueOfProbes(probes).entries()) {
  const probe = probes[index];
  test.concurrent(testTitle(definition), async (context) => {
    if (!probe) throw new Error(`the configuration has no probe ${index}`);
    const tools = await openTools(context);
    await judged(tools, async () => {
      const measurements = await runProbe(probe, { targetUrl, folder, patiently: tools.patiently });
      for (const measurement of measurements) tools.measure.record(measurement);
    });
  });
}
