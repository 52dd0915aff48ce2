import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverageOf, type SlotState } from '../../src/history/coverage.ts';
import type { MissedRange, SlotGrid } from '../../src/history/slots.ts';
import { cycle, minute, start } from './cycle.ts';
import { folder, opened } from './folder.ts';

const state = fc.oneof(
  { weight: 4, arbitrary: fc.constant<SlotState>({ state: 'observed' }) },
  { weight: 1, arbitrary: fc.constant<SlotState>({ state: 'in flight' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<SlotState>(
      { state: 'missed', reason: 'overrun' },
      { state: 'missed', reason: 'killed' },
      { state: 'missed', reason: 'suspended' },
    ),
  },
  { weight: 2, arbitrary: fc.constant(undefined) },
);

const gap = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 60 }),
    intervalMs: fc.integer({ min: 1, max: 9 }),
    slots: fc.integer({ min: 1, max: 20 }),
  })
  .map(
    ({ fromMs, intervalMs, slots }): MissedRange => ({
      fromMs,
      intervalMs,
      toMs: fromMs + slots * intervalMs,
      reason: 'suspended',
    }),
  );

const watch = fc.record({
  gaps: fc.array(gap, { maxLength: 2 }),
  grids: fc.array(
    fc.record({
      startMs: fc.integer({ min: 0, max: 60 }),
      intervalMs: fc.integer({ min: 1, max: 9 }),
      endMs: fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined }),
    }),
    { maxLength: 3 },
  ),
  states: fc.array(state, { minLength: 120, maxLength: 120 }),
  fromMs: fc.integer({ min: -5, max: 70 }),
  lengthMs: fc.integer({ min: 0, max: 60 }),
  nowMs: fc.integer({ min: 0, max: 110 }),
});

/** The same from the definition: every millisecond belongs to the slot under which it falls, or to none. */
function byMillisecond(
  grids: SlotGrid[],
  states: readonly (SlotState | undefined)[],
  gaps: readonly MissedRange[],
  nowMs: number,
  range: [number, number],
) {
  const verdicts = new Map<number, string>();
  const dark: (string | undefined)[] = [];
  for (let ms = 0; ms < 120; ms += 1) {
    const grid = grids.filter(({ startMs }) => startMs <= ms).sort((a, b) => b.startMs - a.startMs)[0];
    if (!grid || ms >= (grid.endMs ?? 120)) continue;
    const slot = ms - ((ms - grid.startMs) % grid.intervalMs);
    if (slot < range[0] || slot >= range[1]) continue;
    const found = states[slot];
    const inGap = gaps.find(
      (one) =>
        one.intervalMs === grid.intervalMs &&
        one.fromMs <= slot &&
        slot < one.toMs &&
        (slot - one.fromMs) % one.intervalMs === 0,
    );
    const late = nowMs - slot >= grid.intervalMs * (found?.state === 'in flight' ? 2 : 1);
    const verdict =
      found?.state === 'missed'
        ? found.reason
        : found?.state === 'observed'
          ? 'observed'
          : late
            ? found
              ? 'killed'
              : (inGap?.reason ?? 'not running')
            : undefined;
    if (verdict === undefined) continue;
    verdicts.set(slot, verdict);
    if (verdict !== 'observed') dark[ms] = verdict;
  }
  return { verdicts: [...verdicts.values()], dark };
}

test('coverage is what counting every millisecond gives', () => {
  fc.assert(
    fc.property(watch, ({ grids, gaps, states, fromMs, lengthMs, nowMs }) => {
      const distinct = [...new Map(grids.map((grid) => [grid.startMs, grid])).values()];
      const toMs = Math.min(fromMs + lengthMs, 100);
      const slots = new Map(states.flatMap((entry, ms) => (entry ? [[ms, entry] as const] : [])));
      const said = coverageOf(distinct, slots, { fromMs, toMs, nowMs }, gaps);
      const { verdicts, dark } = byMillisecond(distinct, states, gaps, nowMs, [fromMs, toMs]);
      const observed = verdicts.filter((verdict) => verdict === 'observed').length;
      expect([said.due, said.observed, said.missed]).toEqual([
        verdicts.length,
        observed,
        verdicts.length - observed,
      ]);
      expect(said.ratio).toBe(verdicts.length === 0 ? undefined : observed / verdicts.length);
      const painted: (string | undefined)[] = [];
      for (const { fromMs: from, toMs: to, reason } of said.gaps) {
        expect(to).toBeGreaterThan(from);
        for (let ms = from; ms < to; ms += 1) {
          expect(painted[ms]).toBeUndefined();
          painted[ms] = reason;
        }
      }
      // A gap may reach to the end of its last slot, beyond what this count looks at.
      expect(painted.slice(0, 120)).toEqual(dark);
      const runs = Array.from(dark, (reason) => (reason === undefined ? ' ' : 'x'))
        .join('')
        .split(/ +/)
        .map((run) => run.length);
      expect(said.largestGapMs).toBe(Math.max(0, ...runs));
    }),
    { numRuns: 1500 },
  );
});

test('neighbouring gaps with the same reason are one, and the largest spans different reasons', () => {
  const missed = (reason: 'overrun' | 'killed'): SlotState => ({ state: 'missed', reason });
  const slots = new Map<number, SlotState>([
    [0, { state: 'observed' }],
    [10, missed('overrun')],
    [20, missed('overrun')],
    [30, missed('killed')],
    [40, { state: 'observed' }],
  ]);
  const said = coverageOf([{ startMs: 0, intervalMs: 10 }], slots, { fromMs: 0, toMs: 60, nowMs: 55 });
  expect(said).toEqual({
    due: 5,
    observed: 2,
    missed: 3,
    ratio: 0.4,
    largestGapMs: 30,
    gaps: [
      { fromMs: 10, toMs: 30, reason: 'overrun' },
      { fromMs: 30, toMs: 40, reason: 'killed' },
    ],
  });
});

test('a gap of two centuries at ten seconds is reckoned, not counted slot by slot', { timeout: 5000 }, () => {
  const toMs = 70_000 * 86_400_000;
  const said = coverageOf(
    [{ startMs: 0, intervalMs: 10_000 }],
    new Map([[0, { state: 'observed' }]]),
    { fromMs: 0, toMs, nowMs: toMs },
    [{ fromMs: 10_000, toMs: toMs - 10_000, intervalMs: 10_000, reason: 'suspended' }],
  );
  expect(said).toMatchObject({
    due: 604_800_000,
    observed: 1,
    missed: 604_799_999,
    largestGapMs: toMs - 10_000,
  });
  expect(said.gaps).toEqual([
    { fromMs: 10_000, toMs: toMs - 10_000, reason: 'suspended' },
    { fromMs: toMs - 10_000, toMs, reason: 'not running' },
  ]);
});

test('nothing due is no coverage, not a full one', () => {
  expect(coverageOf([], new Map(), { fromMs: 0, toMs: 9, nowMs: 9 }).ratio).toBeUndefined();
});

const five = 5 * minute;

test('the time before, between and after schedules is a gap, with the slots that were due in it', () => {
  const history = opened(folder(), { now: () => new Date(start + 60 * minute) });
  const coverage = () => history.coverage(start, start + 60 * minute, five);
  const grid = (from: number, to: number) => {
    history.beginGrid({ startMs: start + from * minute, intervalMs: five });
    for (let at = from; at < to; at += 5) history.recordCycle(cycle(start + at * minute, { outcomes: [] }));
    history.endGrid(start + to * minute);
  };
  grid(12, 22);
  const reason = 'no loop was running' as const;
  const gap = (from: number, to: number) => ({
    fromMs: start + from * minute,
    toMs: start + to * minute,
    reason,
  });
  expect(coverage()).toMatchObject({ due: 11, observed: 2, gaps: [gap(0, 12), gap(22, 60)] });
  grid(30, 55);
  expect(coverage()).toMatchObject({
    due: 11,
    observed: 7,
    largestGapMs: 12 * minute,
    gaps: [gap(0, 12), gap(22, 30), gap(55, 60)],
  });
  // Who looks at a fresh installation asks for its schedules alone.
  expect(history.coverage(start, start + 60 * minute)).toMatchObject({ due: 7, observed: 7, gaps: [] });
});

test('without a schedule each pause between cycles on demand is a gap, where one is due an interval', () => {
  const history = opened(folder(), { now: () => new Date(start + 60 * minute) });
  for (const at of [0, 5, 5.5, 10.2, 30, 35, 40, 45, 50, 55])
    history.recordCycle(cycle(start + at * minute, { slotMs: undefined, outcomes: [] }));
  expect(history.coverage(start, start + 60 * minute, five)).toMatchObject({
    due: 12,
    observed: 9,
    largestGapMs: 19.8 * minute,
    gaps: [{ fromMs: start + 10.2 * minute, toMs: start + 30 * minute, reason: 'no loop was running' }],
  });
});

test('a slot whose cycle is not in the history any more is a gap, and says so', () => {
  const history = opened(folder(), { now: () => new Date(start + 4 * five) });
  history.beginGrid({ startMs: start, intervalMs: five });
  for (const slot of [0, 1, 2, 3])
    history.recordCycle(cycle(start + slot * five + 700, { slotMs: start + slot * five }));
  history.database.prepare('DELETE FROM cycles WHERE slot_ms = ?').run(start + five);
  expect(history.coverage(start, start + 4 * five)).toMatchObject({
    due: 4,
    observed: 3,
    gaps: [{ fromMs: start + five, toMs: start + 2 * five, reason: 'its cycle is lost' }],
  });
});
