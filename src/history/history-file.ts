import path from 'node:path';

/** What the database of a reports folder is called, and what messages call it. */
export const historyName = 'vigil.sqlite';

/** What a running loop holds in its reports folder. */
export const loopLockFile = (reports: string): string => path.join(reports, 'vigil.lock');

/** What a rollback under way holds there; beside a running loop, which has its own. */
export const rollbackLockFile = (reports: string): string => path.join(reports, 'rollback.lock');

/** The database of a reports folder. */
export const historyFile = (reports: string): string => path.join(reports, historyName);
