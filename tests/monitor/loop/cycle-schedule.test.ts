import { describe, expect, test } from 'vitest';
import type { MissedRange, SlotGrid } from '../../../src/history/slots.ts';
import { CycleSchedule } from '../../../src/monitor/loop/cycle-schedule.ts';
import { openNotes } from '../../../src/monitor/loop/notes.ts';

const minute = 60_000;

/** A schedule on clocks of its own: waiting moves both, a test may set the one on the wall. */
function scheduled(more: {
  durationMs?: number;
  isSingle?: boolean;
  thenIntervalMs?: number;
  startMs?: number;
  grids?: SlotGrid[];
  /** How long each question for the time takes, and how much too early a timer ends. */
  askedMs?: number;
  earlyMs?: number;
  /** Told each cycle's slot, in minutes; may set the clock, take time, and end it. */
  cycle(slotMin: number, at: { set(byMs: number): void; pass(ms: number): void; end(): void }): void;
}) {
  const { startMs = 0, askedMs = 0, earlyMs = 0 } = more;
  let [wallMs, monotonicMs] = [startMs, 500];
  const pass = (ms: number) => {
    wallMs += ms;
    monotonicMs += ms;
  };
  const controller = new AbortController();
  const grids: SlotGrid[] = more.grids ?? [];
  const missed: string[] = [];
  const gaps: MissedRange[] = [];
  const said: string[] = [];
  const intervals: number[] = [];
  let ends = 0;
  const schedule = new CycleSchedule({
    history: {
      grids: () => grids,
      beginGrid: (grid) => void grids.push(grid),
      endGrid: (endMs) => {
        const last = grids.at(-1);
        if (last) last.endMs = endMs;
      },
      recordMissed: (slots) =>
        void missed.push(...slots.map(({ slotMs, reason }) => `${slotMs / minute} ${reason}`)),
      recordGap: (gap) => void gaps.push(gap),
    },
    clock: {
      now: () => wallMs,
      monotonic() {
        monotonicMs += askedMs;
        return monotonicMs;
      },
      wait: (ms) => Promise.resolve(pass(Math.max(0, ms - earlyMs))),
    },
    notes: openNotes(
      () => wallMs,
      (line) => void said.push(line),
    ),
    signal: controller.signal,
    intervalMs: 5 * minute,
    fastMs: 30_000,
    isConfirming: () => false,
    durationMs: more.durationMs,
    isSingle: more.isSingle,
    thenIntervalMs: more.thenIntervalMs,
    onEnd: () => {
      ends += 1;
    },
    onInterval: (intervalMs) => void intervals.push(intervalMs / minute),
  });
  const set = (byMs: number) => {
    wallMs += byMs;
  };
  return {
    schedule,
    async run() {
      for await (const slotMs of schedule.slots())
        more.cycle((slotMs ?? Number.NaN) / minute, { set, pass, end: () => controller.abort() });
    },
    grids,
    missed,
    gaps,
    said,
    intervals,
    ends: () => ends,
    elapsedMin: () => (monotonicMs - 500) / minute,
  };
}

describe('a clock that is set', () => {
  test('back does not make the watch wait for the time to come again', async () => {
    const slots: number[] = [];
    const { run, said, elapsedMin } = scheduled({
      startMs: 600 * minute,
      cycle(slot, at) {
        slots.push(slot);
        if (slots.length === 2) at.set(-120 * minute);
        if (slots.length === 5) at.end();
      },
    });
    await run();
    expect(slots).toEqual([600, 605, 485, 490, 495]);
    // Three intervals between five cycles and one cycle at once.
    expect(elapsedMin()).toBe(15);
    expect(said).toEqual(['the clock was set back: a new schedule begins']);
  });

  test('forward neither ends the watch early nor is taken for cycles that ran', async () => {
    const slots: number[] = [];
    const { run, schedule, missed, elapsedMin } = scheduled({
      durationMs: 20 * minute,
      cycle(slot, at) {
        slots.push(slot);
        if (slots.length === 2) {
          at.set(60 * minute);
          schedule.slept();
        }
      },
    });
    await run();
    expect(elapsedMin()).toBe(20);
    expect(slots).toEqual([0, 5, 65, 70, 75]);
    expect(missed).toEqual([10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60].map((min) => `${min} suspended`));
  });

  test('forward by 70 days is one gap and one slot, not twenty thousand', async () => {
    const slots: number[] = [];
    const { run, schedule, missed, gaps, said } = scheduled({
      durationMs: 20 * minute,
      cycle(slot, at) {
        slots.push(slot);
        if (slots.length !== 2) return;
        at.set(70 * 24 * 60 * minute);
        schedule.slept();
      },
    });
    await run();
    const days = 70 * 24 * 60;
    expect(slots).toEqual([0, 5, days + 5, days + 10, days + 15]);
    expect(gaps).toEqual([
      { fromMs: 10 * minute, toMs: days * minute, intervalMs: 5 * minute, reason: 'suspended' },
    ]);
    expect(missed).toEqual([`${days} suspended`]);
    expect(said).toEqual(['20159 slots skipped: suspended']);
  });

  test('right again begins a schedule at once, whatever one was begun in the future', async () => {
    const slots: number[] = [];
    const { run, grids } = scheduled({
      startMs: 63 * minute,
      grids: [{ startMs: 100_000 * minute, intervalMs: 5 * minute }],
      cycle(slot, at) {
        slots.push(slot);
        if (slots.length === 2) at.end();
      },
    });
    await run();
    expect(slots).toEqual([63, 68]);
    expect(grids.map(({ startMs }) => startMs / minute)).toEqual([100_000, 63]);
  });
});

describe('a duration', () => {
  test('ends the schedule, and is told', async () => {
    let cycles = 0;
    const { run, schedule, grids, ends } = scheduled({
      durationMs: 12 * minute,
      cycle: () => {
        cycles += 1;
      },
    });
    await run();
    expect([cycles, ends(), schedule.isOver()]).toEqual([3, 1, true]);
    expect(grids).toEqual([{ startMs: 0, intervalMs: 5 * minute, endMs: 12 * minute }]);
  });

  test('is followed by slower cycles when it is told so, the first of them at once', async () => {
    const slots: number[] = [];
    const { run, grids, intervals, ends } = scheduled({
      durationMs: 12 * minute,
      thenIntervalMs: 60 * minute,
      cycle(slot, at) {
        slots.push(slot);
        if (slots.length === 6) at.end();
      },
    });
    await run();
    expect(slots).toEqual([0, 5, 10, 12, 72, 132]);
    expect([intervals, ends()]).toEqual([[60], 1]);
    expect(grids.map(({ intervalMs }) => intervalMs / minute)).toEqual([5, 60]);
  });

  test.for([0.5, 1.5, 2.5, 3.5])(
    'that comes to its end while the time is asked for is ended and followed all the same (a timer %s ms early)',
    async (earlyMs) => {
      const ended = scheduled({ durationMs: 12 * minute, askedMs: 1, earlyMs, cycle() {} });
      await ended.run();
      expect([ended.ends(), ended.grids.length]).toEqual([1, 1]);
      expect(ended.grids[0]?.endMs).toBeGreaterThan(0);
      const followed = scheduled({
        durationMs: 12 * minute,
        thenIntervalMs: 60 * minute,
        askedMs: 1,
        earlyMs,
        cycle: (_slot, at) => followed.ends() > 0 && at.end(),
      });
      await followed.run();
      expect([followed.ends(), followed.intervals]).toEqual([1, [60]]);
    },
  );
});

test('a cycle longer than its slot skips those it ran over, and says so', async () => {
  const slots: number[] = [];
  const { run, missed, said } = scheduled({
    cycle(slot, at) {
      slots.push(slot);
      if (slots.length === 1) at.pass(13 * minute);
      else at.end();
    },
  });
  await run();
  expect(slots).toEqual([0, 15]);
  expect(missed).toEqual(['5 overrun', '10 overrun']);
  expect(said).toEqual(['2 slots skipped: overrun']);
});

test('the schedule of before goes on after a restart, in its phase', async () => {
  const slots: number[] = [];
  const { run } = scheduled({
    startMs: 63 * minute,
    grids: [{ startMs: 0, intervalMs: 5 * minute }],
    cycle(slot, at) {
      slots.push(slot);
      at.end();
    },
  });
  await run();
  expect(slots).toEqual([65]);
});

test('one cycle at a time is for the slot of the clock, however late each is started', async () => {
  const grids: SlotGrid[] = [];
  const slots: number[] = [];
  for (const startMs of [600 * minute + 900, 605 * minute + 1300, 615 * minute + 100]) {
    const cycle = (slot: number) => slots.push(slot);
    const { run, elapsedMin } = scheduled({ startMs, grids, isSingle: true, cycle });
    await run();
    expect(elapsedMin()).toBe(0);
  }
  expect(slots).toEqual([600, 605, 615]);
  expect(new Set(grids.map(({ startMs }) => startMs / minute))).toEqual(new Set([600]));
});
