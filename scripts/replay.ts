import path from 'node:path';
import { defineCommand } from 'citty';
import { loadConfig, parseDuration, readInput, VigilError } from '../src/core/index.ts';
import { labelledIncidents, policyOf, readPolicy, renderReplay, replay } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { asUsage, isUnreadable, readerOf } from './history-reader.ts';
import { historyOption, jsonOption } from './options.ts';
import { sinceOf } from './report.ts';
import { suiteOf } from './suite-of.ts';

/** Policy files, several with commas between; each column is headed by its file's name. */
function filesOf(text: string | undefined): { name: string; file: string }[] {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const file = path.resolve(part.trim());
    return { name: path.basename(file).replace(/\.(config\.)?\w+$/, ''), file };
  });
}

function graceOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw new VigilError('USAGE', '--grace is no duration', { expected: 'such as 15m', received: text });
}

/** `vigil replay`: other limits and times over recorded evidence. */
export const replayCommand = defineCommand({
  meta: { name: 'replay', description: 'Judges recorded evidence again, by other limits and times' },
  args: {
    config: {
      type: 'string',
      description: 'configuration of the watch (default vigil.config.ts here, if there is one)',
    },
    reports: historyOption,
    policy: { type: 'string', description: 'file with other limits and times; several with commas' },
    incidents: { type: 'string', description: 'file that labels what really was wrong (JSON)' },
    grace: {
      type: 'string',
      default: '15m',
      description: 'how long after an incident an alert belongs to it',
    },
    since: { type: 'string', description: 'begin: a time, or how long ago (default: all that is kept)' },
    json: jsonOption,
  },
  async run({ args }) {
    const { config, folder } = await loadConfig(process.cwd(), args.config);
    const reports = args.reports ? path.resolve(args.reports) : config.reports;
    const { sinceMs, lengthMs } = sinceOf(args.since);
    const graceMs = graceOf(args.grace);
    const others = await Promise.all(
      filesOf(args.policy).map(async ({ name, file }) =>
        readPolicy(name, await readInput(file), file, config),
      ),
    );
    const labels = args.incidents === undefined ? undefined : path.resolve(args.incidents);
    const labelled = labels && labelledIncidents(await readInput(labels), path.basename(labels));
    const nowMs = Date.now();
    try {
      const reader = readerOf(reports);
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
  },
});
