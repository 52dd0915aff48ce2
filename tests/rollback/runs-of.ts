import path from 'node:path';
import { openHistoryReader } from '../../src/history/index.ts';
import { type RollbackRun, rollbackRuns } from '../../src/rollback/runs/index.ts';
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
