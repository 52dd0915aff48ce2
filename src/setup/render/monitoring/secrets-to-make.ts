import { testsJob } from '../../../alerts/index.ts';
import { accessSecrets, heldBy, type RenderedAccess, secretFile } from './access.ts';
import { secretEntries } from './operator-access.ts';
import type { MonitoringSettings } from './settings.ts';

/** The files under secrets/ that the rendered files read, with what each must hold. */
function filesToMake(settings: MonitoringSettings): string[] {
  const { targets, naming, vigilAccess, alertmanagerAccess, prometheusAccess, channels } = settings;
  const asked: [RenderedAccess, string][] = [
    ...targets.services.map(({ access = {}, job }): [RenderedAccess, string] => [access, job]),
    [vigilAccess, testsJob(naming)],
    [alertmanagerAccess, 'alertmanager'],
    [prometheusAccess, 'prometheus'],
  ];
  const known = asked
    .flatMap(([access, name]) => accessSecrets(access, name))
    .map(({ reference, name }) => [secretFile(reference, name), heldBy(reference)] as const);
  const ofChannels = channels.flatMap(({ secret }) =>
    secret?.reference === undefined ? [] : [[secret.source, heldBy(secret.reference)] as const],
  );
  const all = new Map([...known, ...ofChannels]);
  return [...all].filter(([file]) => file.startsWith('secrets/')).map(([file, holds]) => `${file}: ${holds}`);
}

/** What must be made before the rendered files are used, each secret in a line; nothing where none is configured. */
export function secretsToMake(settings: MonitoringSettings): string[] {
  const { namespace, secret } = settings.kubernetes;
  const entries = [...secretEntries(settings)].map(([key, holds]) => `  ${key}: ${holds}`);
  const ofCluster =
    entries.length > 0 ? [`for kubernetes/, in the Secret ${secret} of the namespace ${namespace}:`] : [];
  return [...filesToMake(settings), ...ofCluster, ...entries];
}
