import { openCycleHarness } from '../health-tests/cycle-harness.ts';
import { openChannels, testNotifications } from '../src/alerts/index.ts';
import { type VigilConfig, VigilError } from '../src/core/index.ts';
import { historyFile, openHistory } from '../src/history/index.ts';
import { runCycle } from '../src/monitor/index.ts';
import { baselineOf } from '../src/suite/index.ts';
import { exitCodes } from './exit-codes.ts';
import { openExchange, recordInLedger } from './shared-ledger.ts';
import { cycleOnDemand } from './suite-of.ts';

/** `monitor --test-notifications`: a test notification to every channel; 1 when one did not take it. */
export async function runNotificationTest(
  config: VigilConfig,
  folder: string,
  print: (line: string) => void,
): Promise<number> {
  const { channels, redactor } = openChannels(config, { folder, intervalMs: config.interval, print });
  if (channels.length === 0) {
    throw new VigilError('CONFIG_INVALID', 'no notification channel is configured', {
      expected: "notifications: { channels: [{ type: 'webhook', url: … }] }",
    });
  }
  const results = await testNotifications(channels, { redactor, now: Date.now });
  for (const { channel, type, delivered, latencyMs, error } of results) {
    print(
      `${delivered ? '✓' : '✗'} ${channel} (${type}) ${delivered ? `took it in ${latencyMs} ms` : error}`,
    );
  }
  await Promise.all(channels.map((channel) => channel.close?.()));
  return results.every(({ delivered }) => delivered) ? exitCodes.pass : exitCodes.fail;
}

/** `monitor --baseline`: one cycle before the deployment; what fails in it is known and calls for no rollback later. */
export async function runBaseline(
  config: VigilConfig,
  folder: string,
  print: (line: string) => void,
): Promise<number> {
  const harness = await openCycleHarness(config);
  const history = openHistory({
    file: historyFile(config.reports),
    retentionMs: config.retention,
    isShared: config.ledger !== undefined,
    onWarning: print,
  });
  try {
    const record = await runCycle({
      ...cycleOnDemand(config, folder, harness),
      snapshots: history.snapshots(Date.now() - config.liveWindow * 3, 1000, harness.targetId),
    });
    if (record.problems.length > 0) {
      print(`No baseline was kept: ${record.problems.join('; ')}`);
      return exitCodes.inconclusive;
    }
    const timeMs = record.startedAt.getTime();
    const entries = [...baselineOf(record.outcomes)].map(([check, fingerprint]) => ({
      check,
      fingerprint,
      timeMs,
    }));
    history.saveBaseline(entries);
    const passed = record.outcomes.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id);
    history.saveShared('baseline-passed', passed);
    const ledger = await openExchange({ config, folder }, history);
    await recordInLedger(ledger);
    await ledger?.close();
    const failing = entries.map(({ check }) => check).join(', ');
    print(
      `Baseline kept: ${failing ? `${failing} fail already and will call for no rollback` : 'nothing fails'}`,
    );
    return exitCodes.pass;
  } finally {
    history.close();
    await harness.close();
  }
}
