import { explainConfig, headAt } from '../src/core/index.ts';
import {
  type EffectiveValue,
  type ExaminedDocument,
  type ExplainedDocument,
  effectiveText,
  examine,
  findingsText,
} from '../src/setup/index.ts';
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
    const document: ExplainedDocument = { ...headAt(Date.now()), configuration: explained };
    process.stdout.write(args.json ? json(document) : effectiveText(loaded.file, explained, style));
    return;
  }
  const machine = { host: args.host, port: args.port, nodeVersion: process.version };
  const findings = await examine(loaded, explained, machine);
  const ok = findings.every(({ state }) => state !== 'problem');
  const document: ExaminedDocument = {
    ...headAt(Date.now()),
    verdict: ok ? 'pass' : 'fail',
    ok,
    findings,
  };
  process.stdout.write(args.json ? json(document) : findingsText(findings, style));
  process.exitCode = ok ? exitCodes.pass : exitCodes.fail;
}
