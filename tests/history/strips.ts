import type { HistoryReader } from '../../src/history/history.ts';
import { outcomeCodes } from '../../src/history/record-cycle.ts';
import type { CheckOutcome, Outcome } from '../../src/suite/outcomes/check-outcome.ts';

/** One check over time, oldest first. */
export interface Strip {
  check: string;
  entries: { timeMs: number; outcome: Outcome; reason?: string; quarantined?: CheckOutcome['quarantined'] }[];
}

/** Every check of the cycles of a range, in the order of the suite, read outcome by outcome; one check, when it is named. */
export function stripsOf(
  reader: Pick<HistoryReader, 'rows'>,
  { fromMs, toMs, targetId }: { fromMs: number; toMs: number; targetId?: string },
  check?: string,
): Strip[] {
  const rows = reader.rows(
    `SELECT checks.name, started_ms, outcome, texts.text AS reason, owner, until, quarantined.reason AS why
     FROM cycles JOIN outcomes ON outcomes.cycle = seq JOIN checks ON checks.id = "check"
       LEFT JOIN texts ON texts.id = outcomes.reason
       LEFT JOIN quarantined ON quarantined.cycle = seq AND quarantined.position = outcomes.position
     WHERE started_ms BETWEEN ?1 AND ?2 AND (?3 IS NULL OR target = (SELECT id FROM names WHERE text = ?3))
       AND (?4 IS NULL OR checks.name = ?4)
     ORDER BY started_ms, seq, outcomes.position`,
    fromMs,
    toMs,
    targetId ?? null,
    check ?? null,
  );
  return [...Map.groupBy(rows, ({ name }) => String(name))].map(([name, of]) => ({
    check: name,
    entries: of.map(({ started_ms, outcome, reason, owner, until, why }) => ({
      timeMs: Number(started_ms),
      outcome: outcomeCodes[Number(outcome)] ?? 'unknown',
      ...(reason !== null && { reason: String(reason) }),
      ...(owner !== null && {
        quarantined: { owner: String(owner), until: String(until), reason: String(why) },
      }),
    })),
  }));
}
