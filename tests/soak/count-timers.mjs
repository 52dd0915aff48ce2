// Preloaded into the loop: writes once a second how many timers and other resources keep it alive.
import { writeFileSync } from 'node:fs';

const file = process.env.TIMERS_FILE;
if (file) {
  setInterval(() => {
    try {
      writeFileSync(
        file,
        `${process.pid} ${process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length}`,
      );
    } catch {
      // What can't be written is not counted.
    }
  }, 1000).unref();
}
