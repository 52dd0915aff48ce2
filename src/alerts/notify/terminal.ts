import { oneLine } from '../../core/index.ts';
import type { Channel } from './channel.ts';
import { titleOf } from './describe.ts';

export interface ConsoleOptions {
  name: string;
  source: string;
  /** Prints one line; the caller owns the terminal. */
  print: (line: string) => void;
}

/** The terminal: one line per event. */
export function consoleChannel({ name, source, print }: ConsoleOptions): Channel {
  return {
    name,
    type: 'console',
    accepts: ({ kind }) => kind !== 'heartbeat',
    async deliver(event) {
      const next = event.kind === 'alert' && event.state === 'firing' ? event.annotations.next : undefined;
      print(titleOf(event, source));
      if (next) print(`  next: ${oneLine(next)}`);
      return { result: 'sent' };
    },
  };
}
