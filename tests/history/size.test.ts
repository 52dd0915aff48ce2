import { expect, test } from 'vitest';
import { askVerdict, backFill } from './back-fill.ts';
import { start } from './cycle.ts';
import { folder, opened } from './folder.ts';

// A tenth of what 48 hours at one cycle every 10 s leave: 17,280 cycles, 622,080 outcomes, 1.2 million figures.
const cycles = 1728;
const intervalMs = 10_000;

test('48 hours at a cycle every 10 s stay under 100 MB, and a verdict over all of it under 50 ms', () => {
  const history = opened(folder(), { now: () => new Date(start + cycles * intervalMs) });
  backFill(history, cycles, start, intervalMs);
  const { bytes, outcomes, observedSlots } = history.counts();
  expect([outcomes, observedSlots]).toEqual([36 * cycles, cycles]);
  expect(bytes * 10).toBeLessThan(100e6);
  // Processor time, because the machine may be busy; the best of five, because the first one prepares.
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    askVerdict(history, start, start + cycles * intervalMs);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  expect(Math.min(...times) * 10).toBeLessThan(50);
});
