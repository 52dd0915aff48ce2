import { type CaseEvent, parseEvents } from './events.ts';
import { readLeft } from './read-left.ts';

const pollMs = 150;

/** Tells of each finished case while the suite still runs; for showing progress, never for judging. */
export function followEvents(file: string, onCase: (event: CaseEvent) => void): () => void {
  let told = 0;
  const tell = () => {
    const { cases } = parseEvents(readLeft(file).bytes?.toString('utf8') ?? '');
    for (const event of cases.slice(told)) onCase(event);
    told = cases.length;
  };
  const timer = setInterval(tell, pollMs);
  return () => clearInterval(timer);
}
