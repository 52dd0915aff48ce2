export { writeAtomically } from './atomic-file.ts';
export { withFolderLock } from './folder-lock.ts';
export { type History, historyOf } from './history.ts';
export { type Snapshot, storeLive, type Verdict } from './snapshot.ts';
export { appendToJsonArray, readSnapshots, snapshotFile, snapshotLimit } from './snapshot-file.ts';
