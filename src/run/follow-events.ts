import { existsSync, readFileSync } from 'node:fs';
import { type CaseEvent, parseEvents } from './events.ts';

const pollMs = 150;

/** Tells of each finished case while the suite still runs; for showing progress, never for judging. */
export function followEvents(file: string, onCase: (event: CaseEvent) => void): () => void {
  let told = 0;
  const tell = () => {
    if (!existsSync(file)) return;
    const { cases } = parseEvents(readFileSync(file, 'utf8'));
    for (const event of cases.slice(told)) onCase(event);
    told = cases.length;
  };
  const timer = setInterval(tell, pollMs);
  return () => clearInterval(timer);
}
