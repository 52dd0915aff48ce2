import { writeSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';
// Not by the index: it is started again and again, and this is all that it needs.
import { openHistory } from '../../src/history/open-history.ts';
import { cycle } from './cycle.ts';

/**
 * Records cycles in a tight loop until it is killed; says of each what is committed: `B` begun, `C` recorded. With a
 * number it kills itself right before that statement of its second cycle; with `count` it ends after that and says how
 * many there were, and leaves a compile cache behind as no killed process can.
 */
const [file = '', first, until] = process.argv.slice(2);
/** From the second cycle on. */
let statements = Number.NaN;

function count(prototype: object, method: 'run' | 'exec'): void {
  const own = Reflect.get(prototype, method);
  Reflect.set(prototype, method, function (this: object, ...given: unknown[]) {
    statements += 1;
    if (String(statements) === until) process.kill(process.pid, 'SIGKILL');
    return Reflect.apply(own, this, given);
  });
}
count(StatementSync.prototype, 'run');
count(DatabaseSync.prototype, 'exec');

const history = openHistory({ file });
history.beginGrid({ startMs: 0, intervalMs: 1 });
const second = Number(first) + 1;
for (let slotMs = Number(first); ; slotMs += 1) {
  if (slotMs === second) statements = 0;
  history.begin(slotMs, `cycle ${slotMs}`);
  writeSync(1, `B${slotMs}\n`);
  history.recordSamples(slotMs, [{ series: 'up{job="a"}', value: slotMs }]);
  history.transaction(() => {
    history.recordCycle(cycle(slotMs, { targetId: `target ${slotMs % 3}` }));
    history.saveState('newest', slotMs);
    history.recordTransition({ timeMs: slotMs, alert: 'a', labels: {}, from: 'inactive', to: 'pending' });
  });
  writeSync(1, `C${slotMs}\n`);
  if (slotMs === second && until === 'count') {
    writeSync(1, `${statements}`);
    process.exit();
  }
}
