import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean, messageOf, redactorOf, VigilError } from '../src/core/index.ts';
import { savedState } from '../src/monitor/index.ts';
import { incidentMarkdown } from '../src/views/index.ts';
import { withHistory } from './history-reader.ts';
import { configured, type SharedOptions } from './values.ts';
import { wordContextOf } from './word-context.ts';

interface IncidentOptions extends SharedOptions {
  out?: string;
}

function write(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, text);
  } catch (thrown) {
    throw new VigilError('USAGE', `--out can’t be written: ${messageOf(thrown)}`, { where: file });
  }
}

/** `vigil incident`: the report on an incident of the last two days, the newest unless one is named. */
export async function runIncident(id: string | undefined, args: IncidentOptions): Promise<void> {
  const loaded = await configured(args);
  const { config } = loaded;
  await withHistory(config.reports, 'no incident can be reported', (history) => {
    const all = Object.values(savedState(history, 'alerts')?.incidents ?? {});
    const newest = all.toSorted((a, b) => b.startedMs - a.startedMs);
    const found = id === undefined ? newest.slice(0, 1) : newest.filter((one) => one.id.startsWith(id));
    const [incident] = found;
    if (!incident || found.length > 1) {
      const ids = newest.map((one) => one.id);
      const known = ids.join(', ');
      const wrong =
        found.length > 1
          ? `more than one incident has an id that begins with "${id}"`
          : `no incident has the id "${id}"${didYouMean(id ?? '', ids)}`;
      throw new VigilError('USAGE', id === undefined ? 'no incident is recorded' : wrong, {
        hint: known === '' ? 'incidents are kept for 48h after their end' : `recorded: ${known}`,
      });
    }
    const words = wordContextOf(loaded, history);
    const source = { name: config.name, history, words, nowMs: Date.now() };
    const text = redactorOf(config).redact(incidentMarkdown(incident, source));
    if (args.out === undefined) process.stdout.write(text);
    else write(args.out, text);
  });
}
