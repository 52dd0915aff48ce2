import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type * as VitestNode from 'vitest/node';
import type { StandbySettings } from './standby.ts';
import { transformAhead } from './standby-ahead.ts';
import { filesRead } from './standby-files.ts';
import { parkWorker } from './standby-worker.ts';

const settings = JSON.parse(process.argv[2] ?? '') as StandbySettings;
const node = (await import(settings.vitest)) as typeof VitestNode;

const { filter, options } = node.parseCLI(['vitest', 'run', ...settings.argv]);
process.env.TEST = 'true';
process.env.VITEST = 'true';
process.env.NODE_ENV ??= 'test';
const vitest = await node.createVitest('test', { ...options, run: true, watch: false });
const endParked = parkWorker(vitest, node, {
  ahead: settings.worker,
  own: process.env,
  learn: (shape) => writeFileSync(settings.work.worker, JSON.stringify(shape)),
});
// What fails here fails again when it is asked for, and then it is told.
if (settings.isAhead) await transformAhead(vitest, node.createMethodsRPC).catch(() => undefined);
const read = filesRead(vitest, performance.timeOrigin);
writeFileSync(settings.work.ready, '');
// The word is a line; the end of the input means that whoever would have said it is gone.
const [word] = await Promise.race([once(process.stdin, 'data'), once(process.stdin, 'end').then(() => [])]);
process.stdin.destroy();
if (word && settings.isAhead && !read.isUnchanged()) writeFileSync(settings.work.stale, '');
else if (word) {
  try {
    await vitest.start(filter);
  } catch (thrown) {
    process.exitCode = 1;
    vitest.logger.error(String(thrown));
  }
}
await Promise.all([vitest.exit(), endParked()]);
