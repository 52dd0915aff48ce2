import { explainConfig } from '../src/core/index.ts';
import { type EffectiveValue, effectiveText, examine, findingsText } from '../src/setup/index.ts';
import { exitCodes } from './exit-codes.ts';
import { terminalStyle } from './terminal.ts';
import { configured, json, type SharedOptions } from './values.ts';

interface DoctorOptions extends SharedOptions {
  host: string;
  port: number;
  explain?: boolean;
}

/** `vigil doctor`: is everything there, and can a rollback keep its 15 minutes? */
export async function runDoctor(args: DoctorOptions): Promise<void> {
  const loaded = await configured(args);
  const { style } = terminalStyle(process.stdout);
  const explained = explainConfig(loaded).map(
    (each): EffectiveValue =>
      each.key === 'reports' && args.reports
        ? { ...each, value: JSON.stringify(loaded.config.reports), source: 'command', from: '--reports' }
        : each,
  );
  if (args.explain) {
    const text = args.json
      ? json({ version: 1, configuration: explained })
      : effectiveText(loaded.file, explained, style);
    process.stdout.write(text);
    return;
  }
  const machine = { host: args.host, port: args.port, nodeVersion: process.version };
  const findings = await examine(loaded, explained, machine);
  const ok = findings.every(({ state }) => state !== 'problem');
  process.stdout.write(args.json ? json({ version: 1, ok, findings }) : findingsText(findings, style));
  process.exitCode = ok ? exitCodes.pass : exitCodes.fail;
}
