export { writeAtomically } from './atomic-file.ts';
export { withFolderLock } from './folder-lock.ts';
export { type PastCycles, pastCyclesOf } from './history.ts';
export { lockHolder, type ProcessLock, takeProcessLock } from './process-lock.ts';
export { type Snapshot, storeLive, type Verdict } from './snapshot.ts';
export { appendToJsonArray, readSnapshots, snapshotFile, snapshotLimit } from './snapshot-file.ts';
