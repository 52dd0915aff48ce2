import { expect, test } from 'vitest';
import { askVerdict, backFill } from './back-fill.ts';
import { countsOf } from './counts.ts';
import { start } from './cycle.ts';
import { folder, opened } from './folder.ts';

// A tenth of what 48 hours at one cycle every 10 s leave: 17,280 cycles, 622,080 outcomes, 1.2 million figures.
const cycles = 1728;
const intervalMs = 10_000;

test('48 hours at a cycle every 10 s stay under 100 MB, and a verdict reads no more of them than it is about', () => {
  const history = opened(folder(), { now: () => new Date(start + cycles * intervalMs) });
  backFill(history, cycles, start, intervalMs);
  const { bytes, outcomes, observedSlots } = countsOf(history);
  expect([outcomes, observedSlots]).toEqual([36 * cycles, cycles]);
  expect(bytes * 10).toBeLessThan(100e6);
  const endMs = start + cycles * intervalMs;
  // Processor time, because the machine may be busy; the best of nine, because the first one prepares.
  const costOf = (count: number) => {
    const times = Array.from({ length: 9 }, () => {
      const before = process.cpuUsage();
      for (let asked = 0; asked < 5; asked += 1) askVerdict(history, endMs - count * intervalMs, endMs);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...times);
  };
  // A sixteenth of the time would cost as much as all of it, were tables read from end to end.
  expect(costOf(cycles / 16) / costOf(cycles)).toBeLessThan(1 / 3);
});
