import { oneLine } from '../../core/index.ts';
import type { Channel } from './channel.ts';
import { titleOf } from './describe.ts';

/** The terminal: one line per event. */
export function consoleChannel(options: {
  name: string;
  source: string;
  print(line: string): void;
}): Channel {
  const { name, source, print } = options;
  return {
    name,
    type: 'console',
    accepts: ({ kind }) => kind !== 'heartbeat',
    async deliver(event) {
      const { next, run } = event.kind === 'alert' && event.state === 'firing' ? event.annotations : {};
      print(titleOf(event, source));
      if (next) print(`  next: ${oneLine(next)}`);
      if (run) print(`  run: ${oneLine(run)}`);
      return { result: 'sent' };
    },
  };
}
