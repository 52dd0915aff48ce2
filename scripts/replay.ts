import path from 'node:path';
import { readInput, type VigilError } from '../src/core/index.ts';
import { labelledIncidents, policyOf, readPolicy, renderReplay, replay } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { asUsage, isUnreadable, readerOf } from './history-reader.ts';
import { sinceOf } from './report.ts';
import { suiteOf } from './suite-of.ts';
import { configured, durationOf } from './values.ts';

interface ReplayOptions {
  config?: string;
  reports?: string;
  policy?: string;
  incidents?: string;
  grace: string;
  since?: string;
  json?: boolean;
}

/** Policy files, several with commas between; each column is headed by its file's name. */
function filesOf(text: string | undefined): { name: string; file: string }[] {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const file = path.resolve(part.trim());
    return { name: path.basename(file).replace(/\.(config\.)?\w+$/, ''), file };
  });
}

/** `vigil replay`: other limits and times over recorded evidence. */
export async function runReplay(args: ReplayOptions): Promise<void> {
  const { config, folder } = await configured(args);
  const { sinceMs, lengthMs } = sinceOf(args.since);
  const graceMs = durationOf('--grace', args.grace);
  const others = await Promise.all(
    filesOf(args.policy).map(async ({ name, file }) => readPolicy(name, await readInput(file), file, config)),
  );
  const labels = args.incidents === undefined ? undefined : path.resolve(args.incidents);
  const labelled = labels && labelledIncidents(await readInput(labels), path.basename(labels));
  const nowMs = Date.now();
  try {
    const reader = readerOf(config.reports);
    try {
      const document = replay(reader, {
        config,
        others,
        nowMs,
        graceMs,
        current: policyOf('current', config, config),
        catalogue: suiteOf(config, folder).catalogue,
        ...(labelled && { labelled }),
        ...((sinceMs ?? lengthMs) !== undefined && { sinceMs: sinceMs ?? nowMs - (lengthMs ?? 0) }),
      });
      if (document === undefined) {
        process.stderr.write(
          'Inconclusive: the history holds no samples of this time, so nothing can be judged again.\n',
        );
        process.exitCode = exitCodes.inconclusive;
        return;
      }
      process.stdout.write(args.json ? `${JSON.stringify(document, null, 2)}\n` : renderReplay(document));
    } finally {
      reader.close();
    }
  } catch (thrown) {
    if (!isUnreadable(thrown)) throw asUsage(thrown);
    process.stderr.write(`Inconclusive: nothing can be replayed.\n${(thrown as VigilError).describe()}\n`);
    process.exitCode = exitCodes.inconclusive;
  }
}
