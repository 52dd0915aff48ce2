import { check, UnknownOutcome } from 'vitest-vigil/vitest';

interface Queue {
  waiting: number;
  oldestSeconds: number;
  accepted: number;
}

check(
  'orders are picked up',
  {
    id: 'W01',
    severity: 'critical',
    measures: 'how long the oldest order waits, and how many wait',
    objective: '< 60 s',
    next: 'is a worker running? then its log, then the lock on the table of orders',
  },
  async ({ target, measure }) => {
    const answer = await target.get('/queue');
    measure.none('answers that are errors', answer.status === 200 ? [] : [`status ${answer.status}`]);
    const { waiting, oldestSeconds, accepted } = answer.json<Queue>();
    // An empty queue of a shop that sells nothing says nothing about its workers.
    if (accepted === 0) throw new UnknownOutcome('no order was accepted since the start');
    measure(oldestSeconds, { name: 'age of the oldest order', sample: accepted });
    measure(waiting, 'count', '<= 100', { name: 'orders waiting' });
  },
);
