import path from 'node:path';
import { openHistoryReader } from '../../../src/history/open-history.ts';
import type { RollbackRun } from '../../../src/release/rollback/runs/run.ts';
import { rollbackRuns } from '../../../src/release/rollback/runs/run.ts';
import type { SmallDeployment } from './small-deployment.ts';

/** The rollbacks of a deployment, as anybody reads them. */
export function runsOf({ file }: Pick<SmallDeployment, 'file'>): RollbackRun[] {
  const reader = openHistoryReader({ file: path.join(file('reports'), 'vigil.sqlite') });
  try {
    return rollbackRuns(reader, 0, Date.now());
  } finally {
    reader.close();
  }
}
