import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Fresh files of one run: nothing of an earlier one can be mistaken for them. */
export interface WorkFolder {
  folder: string;
  junit: string;
  events: string;
  context: string;
  /** Written by a child that waits for its slot: that it waits. */
  ready: string;
  /** That it did not run, because something that it had read has changed. */
  stale: string;
  /** How Vitest asked for its worker. */
  worker: string;
  remove(): void;
}

/** Makes the folder under the system's temporary one, so that a reports folder that can't be written loses no outcome. */
export function makeWorkFolder(): WorkFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'vigil-run-'));
  const file = (name: string) => path.join(folder, name);
  return {
    folder,
    junit: file('junit.xml'),
    events: file('events.jsonl'),
    context: file('context.json'),
    ready: file('ready'),
    stale: file('stale'),
    worker: file('worker.json'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
