import { expect, test } from 'vitest';
import { Queries } from '../../../src/views/report/queries.ts';
import { watchedOf } from '../../../src/views/report/watched.ts';
import { scopeOf } from '../../../src/views/report/window.ts';
import { randomOf } from '../../alerts/signals/algebra/random-series.ts';
import { cycle, minute, start } from '../../history/cycle.ts';
import { folder, opened } from '../../history/folder.ts';

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'coverage by SQL is that of the history, whatever was observed, missed, cut off or never run (seed %d)',
  (seed) => {
    const random = randomOf(seed);
    const whole = (limit: number) => Math.floor(random() * limit);
    const nowMs = start + 200 * minute + whole(9) * 7000;
    const history = opened(folder(), { now: () => new Date(nowMs) });
    const grids = [
      { startMs: start + whole(5) * minute, intervalMs: (1 + whole(7)) * minute },
      { startMs: start + (60 + whole(40)) * minute + whole(2) * 13_000, intervalMs: (1 + whole(7)) * minute },
    ];
    for (const grid of grids) history.beginGrid(grid);
    if (seed % 3 === 0) history.endGrid(start + (150 + whole(60)) * minute);
    for (const [at, { startMs, intervalMs }] of grids.entries()) {
      const endMs = at === 0 ? (grids[1]?.startMs ?? nowMs) : nowMs;
      for (let slotMs = startMs; slotMs < endMs; slotMs += intervalMs) {
        const fate = random();
        // The slot that is now is being run: its answer is awaited for as long again.
        if (slotMs + 2 * intervalMs > nowMs && slotMs + intervalMs <= nowMs) {
          history.begin(slotMs, `running ${slotMs}`);
          continue;
        }
        if (fate < 0.6) history.recordCycle(cycle(slotMs, { slotMs }));
        else if (fate < 0.75) history.recordMissed([{ slotMs, reason: 'overrun' }]);
        else if (fate < 0.85) history.begin(slotMs, `cut ${slotMs}`);
      }
    }
    // Some cycles are lost, as after a damage.
    if (seed % 4 === 1) history.database.exec('DELETE FROM cycles WHERE seq % 5 = 0');
    // A cycle beside the schedule counts for nothing.
    history.recordCycle(cycle(start + 77_000, { id: 'beside', slotMs: start + 77_000 }));
    const window = {
      fromMs: start + whole(30) * 11_000,
      toMs: seed % 2 === 0 ? nowMs : nowMs - whole(20) * 17_000,
      stepMs: minute,
    };
    const { due, observed, missed, ratio } = history.coverage(window.fromMs, window.toMs);
    const told = watchedOf(new Queries(history, window), history, scopeOf(window, undefined), nowMs);
    expect([told.due.value, told.observed.value, told.missed.value]).toEqual([due, observed, missed]);
    expect(told.ratio.value).toBe(ratio ?? null);
    expect(due).toBeGreaterThan(10);
  },
);
