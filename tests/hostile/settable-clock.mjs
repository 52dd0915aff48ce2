// Preloaded into a loop: its wall clock is set by the file that CLOCK_FILE names, in milliseconds from the real one.
import { readFileSync } from 'node:fs';
import { moveClock } from '../../fixtures/range/moved-clock.mjs';

let offset = 0;
const read = () => {
  try {
    offset = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0;
  } catch {
    offset = 0;
  }
};
read();
setInterval(read, 50).unref();

moveClock(() => offset);
