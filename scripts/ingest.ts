import path from 'node:path';
import { effectiveThresholds, redactorOf } from '../src/core/index.ts';
import { ingestReport } from '../src/monitor/index.ts';
import { cycleDocument, renderSummary } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { terminalStyle } from './terminal.ts';
import { configured, json, type SharedOptions } from './values.ts';

interface IngestArguments extends SharedOptions {
  suite?: string;
}

/** `vigil ingest`: makes a cycle of a JUnit report that something else wrote. */
export async function runIngest(file: string, args: IngestArguments): Promise<void> {
  const { config, folder } = await configured(args);
  const { record, written } = await ingestReport({
    config,
    file: path.resolve(file),
    suite: args.suite,
    root: config.suite.root ?? folder,
    redactor: redactorOf(config),
  });
  process.stdout.write(
    args.json
      ? json(cycleDocument(record, written))
      : renderSummary(record, written, {
          ...terminalStyle(process.stdout),
          embedded: false,
          cwd: process.cwd(),
          thresholds: effectiveThresholds(config),
        }),
  );
  process.exitCode = exitCodes[record.verdict];
}
