import { setTimeout as sleep } from 'node:timers/promises';
import { NotProven, type Performer, StillRed } from './context.ts';
import { seconds } from './wait.ts';

export const settle: Performer<'settle'> = {
  async perform({ ms }, { signal }) {
    await sleep(ms, undefined, { signal });
    return `waited ${seconds(ms)}`;
  },
};

const shown = (list: readonly string[]): string =>
  `${list.slice(0, 5).join('; ')}${list.length > 5 ? `; and ${list.length - 5} more` : ''}`;

export const judgeSuite: Performer<'suite'> = {
  async perform({ suite, own }, { runSuite }) {
    const { verdict, passed, failed, unknown, known } = await runSuite(suite, own);
    const before = known.length > 0 ? `, ${known.length} that failed before the deployment already` : '';
    if (verdict === 'pass') return `${passed} passed${before}`;
    if (verdict === 'fail') throw new StillRed(`${failed.length} failed: ${shown(failed)}${before}`);
    throw new NotProven(`${unknown.length} unknown: ${shown(unknown)}${before}`);
  },
};
