import path from 'node:path';
import { readInput } from '../src/core/index.ts';
import { labelledIncidents, policyOf, readPolicy, renderReplay, replay } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { withHistory } from './history-reader.ts';
import { suiteOf } from './suite-of.ts';
import { configured, durationOf, json, momentOf, type SharedOptions } from './values.ts';

interface ReplayOptions extends SharedOptions {
  policy?: string;
  incidents?: string;
  grace: string;
  since?: string;
}

/** Policy files, several with commas between; each column is headed by its file's name. */
function filesOf(text: string | undefined): { name: string; file: string }[] {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const file = path.resolve(part.trim());
    return { name: path.basename(file).replace(/\.(config\.)?\w+$/, ''), file };
  });
}

/** `vigil replay`: re-evaluates recorded history under other thresholds. */
export async function runReplay(args: ReplayOptions): Promise<void> {
  const { config, folder } = await configured(args);
  const { sinceMs, lengthMs } = momentOf('--since', args.since);
  const graceMs = durationOf('--grace', args.grace);
  const others = await Promise.all(
    filesOf(args.policy).map(async ({ name, file }) => readPolicy(name, await readInput(file), file, config)),
  );
  const labels = args.incidents === undefined ? undefined : path.resolve(args.incidents);
  const labelled = labels && labelledIncidents(await readInput(labels), path.basename(labels));
  const nowMs = Date.now();
  await withHistory(config.reports, 'nothing can be replayed', (reader) => {
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
    if (document) process.stdout.write(args.json ? json(document) : renderReplay(document));
    else {
      process.stderr.write(
        'Inconclusive: the history holds no samples of this time, so nothing can be judged again.\n',
      );
      process.exitCode = exitCodes.inconclusive;
    }
  });
}
