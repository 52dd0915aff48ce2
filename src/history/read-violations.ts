import type { Store } from './store.ts';

/** The newest `limit` violations, oldest first. */
export const readViolations = (store: Store, limit: number): unknown[] =>
  store
    .all('SELECT body FROM violations ORDER BY seq DESC LIMIT ?', limit)
    .reverse()
    .map(({ body }) => JSON.parse(String(body)));
