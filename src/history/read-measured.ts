import { askRecorded } from './ask-recorded.ts';

/** A figure that a check took in an earlier cycle. */
export interface MeasuredPoint {
  timeMs: number;
  value: number;
  sample: number | undefined;
}

const select = `SELECT started_ms + duration_ms AS at, value, sample
  FROM measurements JOIN metrics ON metrics.id = metric JOIN cycles ON seq = cycle JOIN names ON names.id = target
  WHERE started_ms >= ? AND metrics.name = ? AND names.text = ? AND value IS NOT NULL ORDER BY seq`;

/**
 * What checks of earlier cycles of a target measured under a name since `fromMs`, oldest first, each cycle once.
 * @throws HistoryError when there is a history and it can't be read
 */
export function readMeasured(
  reports: string,
  targetId: string,
  name: string,
  fromMs: number,
): MeasuredPoint[] {
  const rows =
    askRecorded(reports, (reader) => reader.rows(select, Math.round(fromMs), name, targetId)) ?? [];
  const points = rows.map((row) => ({
    timeMs: Number(row.at),
    value: Number(row.value),
    sample: row.sample === null ? undefined : Number(row.sample),
  }));
  // Two checks may take the same figure.
  return points.filter(({ timeMs }, index) => timeMs !== points[index - 1]?.timeMs);
}
