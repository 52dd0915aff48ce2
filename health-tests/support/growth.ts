import { setTimeout as sleep } from 'node:timers/promises';
import type { Bound, Measurement } from '../../src/core/index.ts';
import type { Measure } from './measure.ts';

/** How long others' traffic alone is watched. */
const quietMs = 300;

export interface OwnGrowth {
  /** Growth while our requests were sent, less what others add in such a time. */
  grown: number;
  /** How much there must be: what was sent, less four standard deviations of others' traffic. */
  must: Bound;
  note: string | undefined;
}

/**
 * How much a counter grew by what `act` sent. A counter that others' traffic feeds grows whether ours is counted or not,
 * so their rate is taken first; where they send far more than we do nobody can tell, and no more than growth is asked.
 */
export async function growthBy(read: () => Promise<number>, act: () => Promise<number>): Promise<OwnGrowth> {
  const first = await read();
  const quietFrom = performance.now();
  await sleep(quietMs);
  const before = await read();
  const actFrom = performance.now();
  const perMs = Math.max(0, before - first) / (actFrom - quietFrom);
  const sent = await act();
  if (sent === 0) throw new Error('nothing that was sent was answered, so nothing could be counted');
  const after = await read();
  const others = perMs * (performance.now() - actFrom);
  const doubt = others === 0 ? 0 : 4 * Math.sqrt(others + 1);
  const canTell = doubt < sent;
  const said = `without ${others.toFixed(1)} of others${canTell ? '' : ', too many to tell ours'}`;
  return {
    grown: after - before - (canTell ? others : 0),
    must: { operator: '>=', value: canTell ? Math.ceil(sent - doubt) : 1 },
    note: others === 0 ? undefined : said,
  };
}

/** Records the growth under what it must be. */
export function measureGrowth(measure: Measure, counter: string, growth: OwnGrowth): Measurement {
  const { grown, must, note } = growth;
  return measure(`growth of ${counter}`, grown, { unit: 'count', must }, { note });
}
