import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { History, HistoryReader } from '../../../src/history/history.ts';
import { openHistoryReader } from '../../../src/history/open-history.ts';
import { sqlText } from '../../../src/history/sql-text.ts';
import { checkHistories } from '../../../src/release/gate/check-histories.ts';
import { evidenceWith, gateEvidence } from '../../../src/release/gate/gate-evidence.ts';
import { noLongerJudged } from '../../../src/release/gate/recorded-evidence.ts';
import { storedState } from '../../../src/release/gate/stored-state.ts';
import { cycle, outcomes } from '../../history/cycle.ts';
import { databaseOf, folder, opened } from '../../history/folder.ts';
import { rowByRow } from '../../history/row-by-row.ts';
import { askedMs, deployedMs, minute, recordGreen, second, series, setup, targetId } from './green.ts';

const startMs = deployedMs - 30 * minute;
const within = { min: -30, max: 70 };

/** What may have happened to a healthy watch, each at a minute since the deployment. */
const fault = fc.record({
  at: fc.integer(within),
  kind: fc.constantFrom(
    'restart',
    'restart',
    'down',
    'gone',
    'stale',
    'new label',
    'twice',
    'missed',
    'killed',
    'faster',
    'ended',
    'failed',
  ),
});

function happen(
  history: History,
  { at, kind }: typeof fault extends fc.Arbitrary<infer T> ? T : never,
): void {
  const timeMs = deployedMs + at * minute;
  const up = (value: number) => ({ series: { name: 'up', labels: { job: 'genesis-orchestration' } }, value });
  const slotMs = startMs + Math.floor((timeMs - startMs) / (5 * minute)) * 5 * minute;
  const lose = () => history.database.prepare('DELETE FROM slots WHERE slot_ms = ?').run(slotMs);
  switch (kind) {
    case 'restart':
      // Counters begin anew: whatever comes after is less than before.
      for (let index = 0; index < 8; index += 1)
        history.recordSamples(
          timeMs + index * 15 * second + 1,
          [up(1), ...series(index, { errorRatio: 0.01 })],
          'target',
        );
      return;
    case 'down':
      history.recordSamples(timeMs + 1, [up(0)], 'target');
      return;
    case 'gone':
      history.database
        .prepare('DELETE FROM scrapes WHERE time_ms BETWEEN ? AND ?')
        .run(timeMs, timeMs + 7 * minute);
      return;
    case 'stale':
      history.recordSamples(timeMs, [up(1)], 'target');
      return;
    case 'new label':
      history.recordSamples(timeMs + 2, series(9000, { labels: { version: `v${at}` } }), 'target');
      return;
    case 'twice':
      history.recordSamples(timeMs, [up(1), ...series(10).slice(0, 2)], 'another');
      return;
    case 'missed':
      lose();
      history.recordMissed([{ slotMs, reason: 'overrun' }]);
      return;
    case 'killed':
      lose();
      history.begin(slotMs, `cycle ${slotMs}`);
      return;
    case 'faster':
      history.beginGrid({ startMs: slotMs + 150 * second, intervalMs: minute });
      return;
    case 'ended':
      history.endGrid(Math.max(slotMs, startMs + 5 * minute));
      return;
    case 'failed':
      history.recordCycle(
        cycle(timeMs + 3, { id: `failed ${at}`, targetId, verdict: 'fail', outcomes: outcomes([at + 30]) }),
      );
  }
}

/** The checks of every cycle of the range, cycle by cycle. */
function seenCycleByCycle(reader: HistoryReader, fromMs: number, toMs: number): unknown[] {
  const cycles = reader.query(
    `SELECT seq FROM cycles JOIN names ON names.id = target
      WHERE text = ${sqlText(targetId)} AND started_ms >= ${fromMs} AND started_ms <= ${toMs}`,
  );
  const seen = cycles.flatMap(({ seq }) =>
    reader.query(
      `SELECT name, title FROM outcomes JOIN checks ON checks.id = "check" WHERE cycle = ${seq} AND outcome <> 3`,
    ),
  );
  const titles = new Map(seen.map(({ name, title }) => [String(name), title]));
  return [...titles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, title]) => ({ id, title }));
}

test('the gate finds the same evidence as one that reads every scrape and every slot row by row', () => {
  fc.assert(
    fc.property(
      fc.array(fault, { maxLength: 6 }),
      fc.constantFrom(25, 50, 100),
      fc.integer({ min: -20, max: 15 }),
      fc.boolean(),
      (faults, to, later, isThin) => {
        const reports = folder();
        const atMs = askedMs + later * minute + 7;
        const now = () => new Date(atMs);
        const history = opened(reports, { now });
        history.database.exec('PRAGMA synchronous = OFF');
        recordGreen(history, isThin ? { jobs: setup.services.slice(0, 1), errorRatio: 0.002 } : {});
        history.transaction(() => {
          for (const one of faults) happen(history, one);
        });
        history.close();
        const reader = openHistoryReader({ file: databaseOf(reports), now });
        const naive = rowByRow(reader, atMs);
        const canary = { label: 'version', baseline: 'v0', canary: 'v1' };
        const asked = { ...setup, ...(isThin && { canary }) };
        expect(gateEvidence(reader, asked, to, atMs)).toEqual(gateEvidence(naive, asked, to, atMs));
        // As it stood before, nothing later is seen.
        const pastMs = atMs - 20 * minute;
        const until = (toMs: number) => Math.min(toMs, pastMs);
        const past: HistoryReader = {
          ...naive,
          series: (name, matchers, fromMs, toMs) => naive.series(name, matchers, fromMs, until(toMs)),
          newest: (name, matchers, fromMs, toMs) => naive.newest(name, matchers, fromMs, until(toMs)),
          tally: (fromMs, toMs, target) => naive.tally(fromMs, until(toMs), target),
          passRate: (fromMs, toMs, target) => naive.passRate(fromMs, until(toMs), target),
        };
        const stored = storedState(reader, asked, pastMs);
        expect(evidenceWith(reader, stored, asked, to, pastMs)).toEqual(
          evidenceWith(past, stored, asked, to, pastMs),
        );
        reader.close();
      },
    ),
    { numRuns: 25 },
  );
});

test('the checks of all earlier cycles of the target count, however many there are', () => {
  const reports = folder();
  const history = opened(reports);
  history.database.exec('PRAGMA synchronous = OFF');
  history.transaction(() => {
    for (let index = 0; index < 400; index += 1) {
      history.recordCycle(
        cycle(deployedMs + index * second, {
          id: `${index}`,
          targetId: index % 7 === 3 ? 'http://other' : targetId,
          verdict: index % 11 === 5 ? 'fail' : 'pass',
          outcomes: outcomes()
            .slice(0, 1)
            .map((one) => ({ ...one, id: `only ${index}` })),
        }),
      );
    }
  });
  for (const [from, to] of [
    [0, 399],
    [0, 0],
    [17, 60],
    [100, 391],
    [3, 3],
  ] as const) {
    const window = { fromMs: deployedMs + from * second, toMs: deployedMs + to * second };
    const said = noLongerJudged(checkHistories(history, targetId, window, new Map(), 60 * minute), {
      outcomes: [],
    });
    expect(said).toEqual(seenCycleByCycle(history, window.fromMs, window.toMs));
    expect(said.length > 0).toBe(from !== 3);
  }
});
