import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { VigilConfigInput } from '../../../../src/core/config/schema.ts';
import { validateConfig } from '../../../../src/core/config/validate.ts';
import type { MonitoringSettings } from '../../../../src/setup/render/monitoring/settings.ts';
import { settingsOf } from '../../../../src/setup/render/monitoring/settings.ts';

const run = promisify(execFile);

/** The settings that a configuration means. */
export const settingsFor = (config: VigilConfigInput = {}): MonitoringSettings =>
  settingsOf(validateConfig(config, 'a test'));

/** Runs a program that must be on the machine; its exit code and everything it says. */
export async function said(command: string, args: string[], cwd: string) {
  try {
    const { stdout, stderr } = await run(command, args, { cwd });
    return { exitCode: 0, text: stdout + stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw thrown;
    return { exitCode: code, text: `${stdout}${stderr}` };
  }
}
