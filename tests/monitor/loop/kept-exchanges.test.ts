import { expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../../src/clients/http/exchanges.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { openKeptExchanges } from '../../../src/monitor/loop/kept-exchanges.ts';
import { savedState } from '../../../src/monitor/loop/saved-state.ts';
import type { Outcome } from '../../../src/suite/outcomes/check-outcome.ts';
import { outcomeOf } from '../../suite/outcomes/outcome-of.ts';

const asked = (status: number): Exchange => ({
  method: 'GET',
  url: 'http://shop/health',
  status,
  came: `answer ${status}`,
  durationMs: 3,
});

const check = (id: string, outcome: Outcome, status: number) => ({
  ...outcomeOf(id, outcome),
  exchanges: [asked(status)],
});

test('what a check was answered when it failed is kept, with the last good answer of before', () => {
  const history = openHistory({ file: ':memory:' });
  onTestFinished(() => history.close());
  const note = openKeptExchanges(history);
  note([check('W01', 'pass', 200), check('W02', 'pass', 200)], 1000);
  expect(savedState(history, 'exchanges')).toBeUndefined();
  note([check('W01', 'fail', 503), check('W02', 'pass', 204)], 2000);
  note([check('W01', 'fail', 500), check('W02', 'pass', 204)], 3000);
  note([check('W01', 'pass', 201), check('W02', 'pass', 204)], 4000);
  const kept = savedState(history, 'exchanges');
  expect(kept).toEqual({
    W01: { bad: [{ atMs: 3000, ...asked(500) }], good: [{ atMs: 1000, ...asked(200) }] },
  });
  // A loop that begins anew has seen no good answer yet, and leaves the one that it finds.
  openKeptExchanges(history)([check('W01', 'fail', 502)], 5000);
  expect(savedState(history, 'exchanges')?.W01).toMatchObject({
    bad: [{ status: 502 }],
    good: [{ status: 200 }],
  });
});
