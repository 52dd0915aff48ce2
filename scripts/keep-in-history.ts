import { existsSync } from 'node:fs';
import path from 'node:path';
import type { VigilConfig } from '../src/core/index.ts';
import { historyFile, openHistory, recordedCycleOf } from '../src/history/index.ts';
import type { KeepEvidence } from '../src/monitor/index.ts';

/** Whether a loop has ever watched here: then its history is where evidence belongs. */
export const hasHistory = (reports: string): boolean => existsSync(historyFile(reports));

/** Keeps a single cycle in the history that a loop began; the JSON files are derived from it as the loop does. */
export function keepInHistory(config: VigilConfig): KeepEvidence {
  return (record, reports) => {
    const warnings: string[] = [];
    const file = historyFile(reports);
    const history = openHistory({
      file,
      retentionMs: config.retention,
      onWarning: (text) => void warnings.push(text),
    });
    try {
      history.recordCycle(recordedCycleOf(record, record.startedAt.getTime()));
      history.deriveFiles(reports);
      return {
        files: ['metrics_snapshot.json', 'alerts_triggered.json'].map((name) => path.join(reports, name)),
        warnings,
      };
    } finally {
      history.close();
    }
  };
}
