import type { DatabaseSync } from 'node:sqlite';
import { type Coverage, coverageOf, joinCoverage, type SlotState, type SlotStates } from './coverage.ts';
import { damaged } from './history-error.ts';
import { gridsOf } from './slots.ts';
import type { Store } from './store.ts';

/** The observed slots as one text: a row for each would take most of the time. */
const selectObserved = `SELECT group_concat(slot_ms) FILTER (WHERE state = 'observed') AS observed,
  count(*) FILTER (WHERE state <> 'observed') AS others
  FROM (SELECT slot_ms, state FROM slots WHERE slot_ms >= ? AND slot_ms < ? ORDER BY slot_ms)`;
const selectOthers = `SELECT slot_ms, state, reason FROM slots
  WHERE slot_ms >= ? AND slot_ms < ? AND state <> 'observed'`;

const isObserved: SlotState = { state: 'observed' };

/** The slots that were observed, ascending, beside the few that were not. */
function statesOf(observed: readonly number[], others: ReadonlyMap<number, SlotState>): SlotStates {
  let next = 0;
  return {
    get(slotMs) {
      while ((observed[next] ?? slotMs) < slotMs) next += 1;
      return observed[next] === slotMs ? isObserved : others.get(slotMs);
    },
  };
}

function readObserved(text: unknown, file: string): number[] {
  const observed = typeof text === 'string' ? (JSON.parse(`[${text}]`) as number[]) : [];
  for (let index = 1; index < observed.length; index += 1) {
    // What follows goes through them once: out of their order some would not be found.
    if ((observed[index] as number) <= (observed[index - 1] as number))
      throw damaged(file, 'its slots are out of order');
  }
  return observed;
}

function readStates(store: Store, fromMs: number, toMs: number): SlotStates {
  const row = store.get(selectObserved, fromMs, toMs);
  const rows = row?.others === 0 ? [] : store.all(selectOthers, fromMs, toMs);
  const others = new Map(
    rows.map(({ slot_ms, state, reason }) => [Number(slot_ms), { state, reason } as SlotState]),
  );
  return statesOf(readObserved(row?.observed, store.file), others);
}

const blockMs = 3_600_000;
/** More than a report of 60 days asks for. */
const blockLimit = 2000;

interface Piece {
  fromMs: number;
  toMs: number;
}

/** [fromMs, toMs), cut at every full hour; a range beyond remembering is one piece. */
function piecesOf(fromMs: number, toMs: number): Piece[] {
  if (!(toMs - fromMs <= blockLimit * blockMs)) return [{ fromMs, toMs }];
  const pieces: Piece[] = [];
  for (let at = fromMs; at < toMs; ) {
    const end = Math.min(toMs, (Math.floor(at / blockMs) + 1) * blockMs);
    pieces.push({ fromMs: at, toMs: end });
    at = end;
  }
  return pieces;
}

/**
 * Coverage of [fromMs, toMs) as it stands now. Hours that nothing but a write can change any more are remembered, so
 * that 48 h of a dense watch cost no more than two. What this connection writes to slots is told to it by a trigger,
 * what another has written by SQLite's data version, and a schedule that is another begins anew.
 */
export function openCoverage(
  store: Store,
  db: DatabaseSync,
  isReadOnly: boolean,
): (fromMs: number, toMs: number, nowMs: number) => Coverage {
  const blocks = new Map<number, Coverage>();
  let valid = '';
  const forget = () => blocks.clear();
  store.onUndo(forget);
  if (!isReadOnly) {
    db.function('vigil_slot_changed', (slotMs) => {
      blocks.delete(Math.floor(Number(slotMs) / blockMs) * blockMs);
      return null;
    });
    for (const [event, row] of Object.entries({ INSERT: 'new', UPDATE: 'new', DELETE: 'old' }))
      store.exec(`CREATE TEMP TRIGGER vigil_slot_${event} AFTER ${event} ON main.slots
        BEGIN SELECT vigil_slot_changed(${row}.slot_ms); END`);
  }

  return (fromMs, toMs, nowMs) =>
    // As of one instant: a slot whose cycle ends meanwhile is never seen as neither in flight nor observed.
    store.frozen(() => {
      const grids = gridsOf(store);
      const now = `${store.get('PRAGMA data_version')?.data_version} ${JSON.stringify(grids)}`;
      if (now !== valid || blocks.size > blockLimit) forget();
      valid = now;
      const patienceMs = 2 * Math.max(0, ...grids.map(({ intervalMs }) => intervalMs));
      const isSettledBlock = (piece: Piece) =>
        piece.toMs - piece.fromMs === blockMs && piece.toMs + patienceMs <= nowMs;
      const known = (piece: Piece) => (isSettledBlock(piece) ? blocks.get(piece.fromMs) : undefined);

      const pieces = piecesOf(fromMs, toMs);
      let read: { toMs: number; states: SlotStates } | undefined;
      return joinCoverage(
        pieces.map((piece, index) => {
          const remembered = known(piece);
          if (remembered) return remembered;
          if (!read || read.toMs <= piece.fromMs) {
            const next = pieces.findIndex((later, at) => at > index && known(later));
            const end = pieces.at(next < 0 ? -1 : next - 1)?.toMs ?? toMs;
            read = { toMs: end, states: readStates(store, piece.fromMs, end) };
          }
          const coverage = coverageOf(grids, read.states, { ...piece, nowMs });
          if (isSettledBlock(piece)) blocks.set(piece.fromMs, coverage);
          return coverage;
        }),
      );
    });
}

/** How much the history holds. */
export interface HistoryCounts {
  cycles: number;
  outcomes: number;
  observedSlots: number;
  missedSlots: number;
  inFlight: number;
  scrapes: number;
  transitions: number;
  notifications: number;
  /** Size of the database file, its log not counted. */
  bytes: number;
}

/** Counts what is recorded. */
export function countsOf(store: Store): HistoryCounts {
  const row = store.get(`SELECT
    (SELECT count(*) FROM cycles) AS cycles,
    (SELECT total(passed + failed + unknown + skipped) FROM cycles) AS outcomes,
    (SELECT count(*) FROM slots WHERE state = 'observed') AS observedSlots,
    (SELECT count(*) FROM slots WHERE state = 'missed') AS missedSlots,
    (SELECT count(*) FROM slots WHERE state = 'in flight') AS inFlight,
    (SELECT count(*) FROM scrapes) AS scrapes,
    (SELECT count(*) FROM transitions) AS transitions,
    (SELECT count(*) FROM notifications) AS notifications,
    (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes`);
  return { ...(row as unknown as HistoryCounts) };
}
