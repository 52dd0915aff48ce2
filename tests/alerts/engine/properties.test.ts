import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StepInputs } from '../../../src/alerts/engine/inputs.ts';
import { alertLabels } from '../../../src/alerts/engine/observe-all.ts';
import { type EngineState, initialState } from '../../../src/alerts/engine/state.ts';
import { type StepResult, step } from '../../../src/alerts/engine/step.ts';
import { labelFingerprint } from '../../../src/core/labels/fingerprint.ts';
import { minute, of, policy, rule, startMs } from './engine-run.ts';

const forMs = { Down: 0, A: 2 * minute, B: 5 * minute } as const;
const rules = [
  rule('Down'),
  rule('A', { forMs: forMs.A, keepFiringMs: minute }),
  rule('B', { forMs: forMs.B }),
];
const setup = {
  rules,
  policy: policy({
    groupWaitMs: minute / 2,
    remindAfterMs: { critical: 4 * minute },
    inhibitions: [
      {
        name: 'cause',
        source: [{ label: 'alertname', operator: '=', value: 'Down' }],
        target: [{ label: 'alertname', operator: '=~', value: 'A|B' }],
        equal: [],
      },
    ],
  }),
};
const maxGapMs = setup.policy.evaluationIntervalMs * setup.policy.maxGapIntervals;

type State = 'breached' | 'clear' | 'unknown';
interface Move {
  afterMs: number;
  /** Down, A, B/1 and B/2; nothing when the step is only to deliver. */
  readings?: readonly State[] | undefined;
  inMaintenance: boolean;
}

const state = fc.constantFrom<State>('breached', 'breached', 'breached', 'clear', 'unknown');
const moves = fc.array(
  fc.record({
    afterMs: fc.constantFrom(15_000, 30_000, minute, minute, 2 * minute, 10 * minute),
    readings: fc.option(fc.tuple(state, state, state, state), { nil: undefined, freq: 8 }),
    inMaintenance: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 60 },
);

const instances = [['Down'], ['A'], ['B', '1'], ['B', '2']] as const;
const labels = (part?: string) => (part ? { labels: { part } } : {});
const reading = (state: State) => ({ state });
const fingerprints = instances.map(([name, part]) => {
  const own = rules.find((one) => one.name === name);
  return own ? labelFingerprint(alertLabels(own, part ? { part } : {})) : '';
});

const inputsOf = (move: Move): StepInputs => ({
  ...(move.readings && {
    observations: instances.map(([name, part], at) =>
      of(name, reading(move.readings?.[at] ?? 'unknown'), labels(part)),
    ),
  }),
  maintenance: move.inMaintenance
    ? [
        {
          matchers: [{ label: 'alertname', operator: '=', value: 'A' }],
          fromMs: 0,
          toMs: Number.MAX_SAFE_INTEGER,
          reason: 'move',
        },
      ]
    : [],
});

interface Played {
  move: Move;
  atMs: number;
  before: EngineState;
  result: StepResult;
}

function play(script: readonly Move[], keep: (state: EngineState) => EngineState = (same) => same): Played[] {
  let current = initialState();
  let atMs = startMs;
  return script.map((move) => {
    atMs += move.afterMs;
    const before = current;
    const result = step(before, inputsOf(move), atMs, setup);
    current = keep(result.state);
    return { move, atMs, before, result };
  });
}

const options = { numRuns: 400 };

test('nothing fires before readings cover its whole time', () => {
  fc.assert(
    fc.property(moves, (script) => {
      const proven = instances.map(() => 0);
      const last = instances.map((): { atMs: number; is?: State } => ({ atMs: 0 }));
      for (const { move, atMs, result } of play(script)) {
        for (const [at, is] of (move.readings ?? []).entries()) {
          const before = last[at];
          const stepMs = atMs - (before?.atMs ?? 0);
          if (is === 'clear') proven[at] = 0;
          else if (is === 'breached' && before?.is === 'breached' && stepMs <= maxGapMs)
            proven[at] = (proven[at] ?? 0) + stepMs;
          last[at] = { atMs, is };
        }
        for (const one of result.transitions.filter(({ from, to }) => from !== 'firing' && to === 'firing')) {
          const at = fingerprints.indexOf(one.fingerprint);
          expect(move.readings?.[at]).toBe('breached');
          expect(proven[at]).toBeGreaterThanOrEqual(forMs[one.rule as keyof typeof forMs]);
        }
      }
    }),
    options,
  );
});

test('an unknown changes no status and no beginning', () => {
  fc.assert(
    fc.property(moves, (script) => {
      for (const { move, before, result } of play(script)) {
        for (const [at, is] of (move.readings ?? []).entries()) {
          const fingerprint = fingerprints[at] ?? '';
          const [was, now] = [before.alerts[fingerprint], result.state.alerts[fingerprint]];
          if (is !== 'unknown' || !was || was.status === 'resolved') continue;
          expect(now).toMatchObject({ status: was.status, sinceMs: was.sinceMs, heldMs: was.heldMs });
        }
      }
    }),
    options,
  );
});

test('a state that went through JSON at every step has the same future', () => {
  fc.assert(
    fc.property(moves, (script) => {
      const outcomes = (played: Played[]) => played.map(({ result }) => result);
      const throughJson = (kept: EngineState): EngineState => JSON.parse(JSON.stringify(kept));
      expect(JSON.stringify(outcomes(play(script, throughJson)))).toBe(
        JSON.stringify(outcomes(play(script))),
      );
    }),
    options,
  );
});

test('a fingerprint opens, fires and ends in this order, one at a time', () => {
  const allowed = {
    inactive: ['pending', 'firing'],
    pending: ['pending', 'firing', 'inactive'],
    firing: ['firing', 'resolved'],
  };
  fc.assert(
    fc.property(moves, (script) => {
      const open = new Map<string, string>();
      for (const { from, to, fingerprint } of play(script).flatMap(({ result }) => result.transitions)) {
        expect(open.get(fingerprint) ?? 'inactive').toBe(from);
        expect(allowed[from as keyof typeof allowed]).toContain(to);
        if (to === 'inactive' || to === 'resolved') open.delete(fingerprint);
        else open.set(fingerprint, to);
      }
    }),
    options,
  );
});

test('what is inhibited or in maintenance is never told, and tracked all the same', () => {
  fc.assert(
    fc.property(moves, (script) => {
      const status = new Map<string, string>();
      for (const { move, result } of play(script)) {
        for (const one of result.transitions) status.set(one.fingerprint, one.to);
        const isDown = status.get(fingerprints[0] ?? '') === 'firing';
        for (const { rule: name } of result.notifications.flatMap(({ alerts }) => alerts)) {
          if (isDown) expect(name).toBe('Down');
          if (move.inMaintenance) expect(name).not.toBe('A');
        }
        for (const [fingerprint, is] of status) {
          if (is === 'firing') expect(result.state.alerts[fingerprint]?.status).toBe('firing');
        }
      }
    }),
    options,
  );
});

test('each episode is told at most once as firing, reminded of and ended only after that', () => {
  fc.assert(
    fc.property(moves, (script) => {
      const toldSince = new Map<string, number>();
      for (const { reason, alerts } of play(script).flatMap(({ result }) => result.notifications)) {
        for (const { fingerprint, sinceMs } of alerts) {
          if (reason === 'firing') expect(toldSince.get(fingerprint)).not.toBe(sinceMs);
          else expect(toldSince.get(fingerprint)).toBe(sinceMs);
          toldSince.set(fingerprint, sinceMs);
        }
      }
    }),
    options,
  );
});

test('what fires without being muted is told within the group’s wait', () => {
  fc.assert(
    fc.property(moves, (script) => {
      for (const { atMs, result } of play(script)) {
        for (const alert of Object.values(result.state.alerts)) {
          if (alert.status !== 'firing' || alert.told || alert.mute) continue;
          const dueMs = Math.min(...Object.values(result.state.groups));
          expect(dueMs).toBeGreaterThan(atMs);
          expect(dueMs).toBeLessThanOrEqual(atMs + setup.policy.groupWaitMs);
        }
      }
    }),
    options,
  );
});

test('the state that goes in is not changed', () => {
  fc.assert(
    fc.property(moves, (script) => {
      for (const { before, move, atMs } of play(script)) {
        const text = JSON.stringify(before);
        step(before, inputsOf(move), atMs, setup);
        expect(JSON.stringify(before)).toBe(text);
      }
    }),
    { numRuns: 50 },
  );
});
