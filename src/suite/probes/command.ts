import path from 'node:path';
import { type Measurement, minimalEnvironment, oneLine, type ProbeOf, shortened } from '../../core/index.ts';
import { describeExit, runCommand } from '../run/spawn-command.ts';
import { faultsMeasured, measured, type ProbeSurroundings } from './probe-result.ts';

/** Runs a command: its exit code, its output or the number it prints must be as expected. */
export async function probeCommand(
  probe: ProbeOf<'command'>,
  around: ProbeSurroundings,
): Promise<Measurement[]> {
  const run = await runCommand({
    command: probe.command,
    cwd: path.resolve(around.folder, probe.cwd ?? '.'),
    env: minimalEnvironment(),
    timeoutMs: probe.timeout,
    endsAll: true,
  });
  const faults: string[] = [];
  if (run.exit.code !== probe.exit) {
    const said = shortened(oneLine(run.stderr.trim() || run.stdout.trim()), 120);
    faults.push(`${describeExit(run.exit)}, expected ${probe.exit}${said ? `: ${said}` : ''}`);
  }
  if (probe.contains !== undefined && !run.stdout.includes(probe.contains))
    faults.push(`the output does not contain ${JSON.stringify(probe.contains)}`);
  const printed = run.stdout.trim();
  return [
    faultsMeasured(`runs of ${probe.command[0]} not as expected`, faults, 1),
    measured('time taken', run.durationMs / 1000, 'seconds'),
    // What is no number is NaN, which meets no limit.
    ...(probe.must === undefined
      ? []
      : [measured('printed number', printed === '' ? Number.NaN : Number(printed), 'count', probe.must)]),
  ];
}
