import path from 'node:path';

/** What the database of a reports folder is called, and what messages call it. */
export const historyName = 'vigil.sqlite';

/** The database of a reports folder. */
export const historyFile = (reports: string): string => path.join(reports, historyName);
