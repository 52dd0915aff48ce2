import { writeSync } from 'node:fs';
// Not by the index: it is started a hundred times, and this is all that it needs.
import { openHistory } from '../../src/history/open-history.ts';
import { cycle } from './cycle.ts';

/**
 * Records cycles in a tight loop until it is killed; says of each what is committed: `B` begun, `C` recorded.
 * Without a first slot it ends at once, which leaves a compile cache behind as no killed process can.
 */
const [file = '', first] = process.argv.slice(2);
const history = openHistory({ file });
history.beginGrid({ startMs: 0, intervalMs: 1 });
if (first === undefined) process.exit();
for (let slotMs = Number(first); ; slotMs += 1) {
  history.begin(slotMs, `cycle ${slotMs}`);
  writeSync(1, `B${slotMs}\n`);
  history.recordSamples(slotMs, [{ series: 'up{job="a"}', value: slotMs }]);
  history.transaction(() => {
    history.recordCycle(cycle(slotMs, { targetId: `target ${slotMs % 3}` }));
    history.saveState('newest', slotMs);
    history.recordTransition({ timeMs: slotMs, alert: 'a', labels: {}, from: 'inactive', to: 'pending' });
  });
  writeSync(1, `C${slotMs}\n`);
}
