import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { defineCommand } from 'citty';
import { startEmbeddedGenesis } from '../fixtures/genesis/embedded.ts';
import { catalogue } from '../health-tests/catalogue.ts';
import { loadConfig, type VigilConfig } from '../src/config/index.ts';
import { recordCycle, runCycle } from '../src/cycle/index.ts';
import { messageOf, VigilError } from '../src/errors.ts';
import { readSnapshots } from '../src/evidence/index.ts';
import { openHarness } from '../src/harness/index.ts';
import { cycleDocument, progressLine, renderSummary } from '../src/summary/index.ts';
import { exitCodes } from './exit-codes.ts';
import { packageRoot } from './package-root.ts';
import { terminalStyle } from './terminal.ts';

/** Which suite runs, where, and against which catalogue: ours unless the configuration names another. */
function suiteOf(config: VigilConfig, folder: string) {
  const isOwn = !config.suite.command && !config.suite.root;
  return {
    root: isOwn ? packageRoot : (config.suite.root ?? folder),
    catalogue: isOwn ? catalogue : undefined,
  };
}

/** Evidence of the past cycles of one target; unreadable evidence is set aside when the next is written. */
function evidenceOf(reports: string, targetId: string) {
  try {
    return readSnapshots(reports).filter(({ target }) => target === targetId);
  } catch (thrown) {
    if (thrown instanceof VigilError) return [];
    throw thrown;
  }
}

/** `vigil monitor`: one cycle on the configured target, or on the embedded one. */
export const monitorCommand = defineCommand({
  meta: { name: 'monitor', description: 'Runs the suite once: outcomes, metrics, alerts, a snapshot' },
  args: {
    config: {
      type: 'string',
      description: 'configuration file (default vigil.config.ts here, if there is one)',
    },
    reports: { type: 'string', description: 'folder for what is written (default as configured)' },
    json: { type: 'boolean', default: false, description: 'one JSON document on stdout' },
  },
  async run({ args }) {
    const loaded = await loadConfig(process.cwd(), args.config);
    const config = args.reports ? { ...loaded.config, reports: path.resolve(args.reports) } : loaded.config;
    const { style, live } = terminalStyle(process.stderr);
    const say = (text: string) => {
      if (!args.json || live) process.stderr.write(text);
    };
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => interrupted.abort(signal));

    if (!config.target) say(style.dim('Starting the embedded Genesis and its first traffic …\n'));
    const harness = await openHarness(config, startEmbeddedGenesis);
    try {
      const suite = suiteOf(config, loaded.folder);
      const total = suite.catalogue?.length;
      let done = 0;
      const record = await runCycle({
        config,
        context: harness.contextFor(randomUUID()),
        catalogue: suite.catalogue,
        suiteRoot: suite.root,
        snapshots: evidenceOf(config.reports, harness.targetId),
        signal: interrupted.signal,
        onCase(event) {
          done += 1;
          if (live) say(`\r\u001b[2K${progressLine(event, done, total, style)}`);
        },
      });
      if (live) say('\r\u001b[2K');
      const recorded = recordCycle(record, config.reports, config.metricsPrefix);
      if (args.json) process.stdout.write(`${JSON.stringify(cycleDocument(record, recorded), null, 2)}\n`);
      else
        process.stdout.write(
          renderSummary(record, recorded, {
            ...terminalStyle(process.stdout),
            embedded: harness.embedded,
            cwd: process.cwd(),
            thresholds: harness.contextFor('').thresholds,
          }),
        );
      process.exitCode = exitCodes[record.verdict];
    } finally {
      await harness.close().catch((thrown) => process.stderr.write(`closing: ${messageOf(thrown)}\n`));
    }
  },
});
