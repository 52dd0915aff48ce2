// Preloaded into the loop: writes once a second how many timers keep it alive, and what its heap still holds after a
// collection. Without one every few seconds memory grows by garbage, and a leak can't be told from it.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const file = process.env.TIMERS_FILE;
if (file) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  let heapBytes = 0;
  let turn = 0;
  setInterval(() => {
    if (turn % 5 === 0) {
      collect();
      heapBytes = process.memoryUsage().heapUsed;
    }
    turn += 1;
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    try {
      writeFileSync(file, `${process.pid} ${timers} ${heapBytes}`);
    } catch {
      // What can't be written is not counted.
    }
  }, 1000).unref();
}
