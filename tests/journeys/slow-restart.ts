import type { SmallDeployment } from '../release/rollback/small-deployment.ts';

/**
 * The step of a rollback that restarts the service. It writes down when it begins and ends, and takes longer than anybody
 * waits until it was ended once.
 */
export function slowRestart({ file }: SmallDeployment): string[] {
  const log = file('steps.log');
  const lines = [
    `echo begins >> ${log}`,
    `if [ "$(wc -l < ${log})" -gt 1 ]; then sleep 2; else sleep 25; fi`,
    `echo ends >> ${log}`,
    `cp ${file('app/release.txt')} ${file('restarted')}`,
  ];
  return ['sh', '-c', lines.join('; ')];
}
