import {
  effectiveThresholds,
  explainConfig,
  minimalEnvironment,
  printable,
  type VigilConfig,
} from '../src/core/index.ts';
import {
  type EffectiveValue,
  effectiveLines,
  type Finding,
  look,
  lookAtMachine,
  lookAtRollback,
  lookAtTarget,
  originOf,
  slaFindings,
} from '../src/setup/index.ts';
import { exitCodes } from './exit-codes.ts';
import { openChannels } from './open-channels.ts';
import { terminalStyle } from './terminal.ts';
import { configured } from './values.ts';

interface DoctorOptions {
  config?: string;
  reports?: string;
  host: string;
  port: number;
  explain?: boolean;
  json?: boolean;
}

/** Each channel by itself, so that one missing secret doesn't hide another. */
function lookAtChannels(config: VigilConfig, folder: string): Promise<Finding[]> {
  const { channels } = config.notifications;
  if (channels.length === 0) {
    return Promise.resolve([
      {
        subject: 'notifications',
        state: 'warning',
        detail: 'no channel is configured: nobody is told',
        hint: 'docs/configuration.md#notifications',
      },
    ]);
  }
  return Promise.all(
    channels.map((channel) =>
      look(`notifications.${channel.name ?? channel.type}`, async () => {
        const one = { ...config, notifications: { channels: [channel], routes: [] } };
        const opened = openChannels(one, { folder, intervalMs: config.interval, print: () => {} });
        await Promise.all(opened.channels.map((each) => each.close?.()));
        return 'its secrets resolve; vigil monitor --test-notifications says whether it delivers';
      }),
    ),
  );
}

/** Every key that has a value, with who gave it; what somebody has said stands out. */
function printEffective(file: string | undefined, explained: readonly EffectiveValue[]): void {
  const { style } = terminalStyle(process.stdout);
  const { lines, without } = effectiveLines(explained);
  const widest = (of: (line: (typeof lines)[number]) => string, most: number) =>
    Math.min(most, Math.max(...lines.map((line) => of(line).length)));
  const [keyWidth, valueWidth] = [widest(({ key }) => key, 40), widest(({ value }) => value, 44)];
  process.stdout.write(`File: ${file ?? 'none'}\n\n`);
  for (const { key, value, from, isGiven } of lines) {
    const line = `${key.padEnd(keyWidth)}  ${printable(value).padEnd(valueWidth)}  ${from}`;
    process.stdout.write(`${isGiven ? line : style.dim(line)}\n`);
  }
  process.stdout.write(`\nWithout a value: ${without.join(', ')}\n`);
}

const marks = { ok: '✓', warning: '!', problem: '✗' } as const;

/** `vigil doctor`: is everything there, and can a rollback keep its 15 minutes? */
export async function runDoctor(args: DoctorOptions): Promise<void> {
  const loaded = await configured(args);
  const { config } = loaded;
  const explained = explainConfig(loaded).map(
    (each): EffectiveValue =>
      each.key === 'reports' && args.reports
        ? { ...each, value: JSON.stringify(config.reports), source: 'command', from: '--reports' }
        : each,
  );
  if (args.explain) {
    if (args.json)
      process.stdout.write(`${JSON.stringify({ version: 1, configuration: explained }, null, 2)}\n`);
    else printEffective(loaded.file, explained);
    return;
  }
  const table = effectiveThresholds(config);
  const searchPath = minimalEnvironment().PATH ?? '';
  const machine = { host: args.host, port: args.port, nodeVersion: process.version };
  const findings: Finding[] = [
    { subject: 'configuration', state: 'ok', detail: originOf(loaded.file, explained) },
    ...(await lookAtMachine(config, machine)),
    ...(await lookAtTarget(config, searchPath)),
    ...(await lookAtChannels(config, loaded.folder)),
    ...(await lookAtRollback(config, searchPath)),
    ...slaFindings(config, table),
  ];
  const problems = findings.filter(({ state }) => state === 'problem').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  if (args.json)
    process.stdout.write(`${JSON.stringify({ version: 1, ok: problems === 0, findings }, null, 2)}\n`);
  else {
    const { style } = terminalStyle(process.stdout);
    const colours = { ok: style.green, warning: style.yellow, problem: style.red };
    for (const { subject, state, detail, hint } of findings) {
      process.stdout.write(`${colours[state](marks[state])} ${subject.padEnd(22)} ${printable(detail)}\n`);
      if (hint) process.stdout.write(`    → ${printable(hint)}\n`);
    }
    process.stdout.write(
      problems === 0
        ? `Ready${warnings > 0 ? `, with ${warnings} warning${warnings === 1 ? '' : 's'}` : ''}.\n`
        : `${problems} problem${problems === 1 ? '' : 's'}.\n`,
    );
  }
  process.exitCode = problems === 0 ? exitCodes.pass : exitCodes.fail;
}
