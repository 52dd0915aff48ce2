import path from 'node:path';
import { accessOf } from '../src/clients/index.ts';
import {
  deploymentLabel,
  hostsOf,
  type LoadedConfig,
  type LoadedDeployments,
  loadDeployments,
  redactorOf,
  VigilError,
} from '../src/core/index.ts';
import { readersOf, runDeployments } from '../src/monitor/index.ts';
import { openOverview } from '../src/views/index.ts';
import { exitCodes } from './exit-codes.ts';
import { type LoopArguments, onHangUp, watchLoop } from './monitor-loop.ts';
import { requireUsable } from './suite-of.ts';
import { type SharedOptions, startedAs } from './values.ts';

interface Given
  extends Pick<LoopArguments, 'durationMs' | 'thenIntervalMs' | 'host' | 'port' | 'signal' | 'say'> {
  args: SharedOptions;
  intervalMs: number | undefined;
}

/** What would make two deployments in one process one. */
function requireApart(loaded: readonly LoadedConfig[]): void {
  const seen = new Map<string, string>();
  const names = new Map<string, string>();
  for (const { config, deployment = '' } of loaded) {
    for (const { url, auth, ca } of accessOf(config)) {
      const how = JSON.stringify([auth, ca]);
      const before = seen.get(url) ?? how;
      if (before === how) seen.set(url, how);
      else
        throw new VigilError(
          'CONFIG_INVALID',
          `deployments.${deployment}: ${url} is asked with another auth or ca by another deployment`,
          {
            expected: 'one auth and ca for an address within one process',
            hint: 'watch one of them by a process of its own: vigil monitor --loop --deployment NAME',
          },
        );
    }
    const label = deploymentLabel(config);
    const namesake = names.get(label);
    if (namesake !== undefined)
      throw new VigilError(
        'CONFIG_INVALID',
        `deployments.${deployment}: its name "${config.name}" is that of deployments.${namesake} too: both would have the label deployment="${label}"`,
        { expected: 'a name of its own for each deployment; without `name` it is the key of the deployment' },
      );
    names.set(label, deployment);
    const folder = seen.get(config.reports);
    if (folder !== undefined)
      throw new VigilError(
        'CONFIG_INVALID',
        `deployments.${deployment}: ${config.reports} is the reports folder of ${folder} too`,
      );
    seen.set(config.reports, deployment);
  }
}

/** Refuses of one deployment what would be refused if it were alone. */
function checked(one: LoadedConfig): void {
  if (one.config.services.some(({ url }) => url === ''))
    throw new VigilError('CONFIG_INVALID', `deployments.${one.deployment}: no service is configured`, {
      expected: 'services: { … } or target: { url }',
    });
  requireUsable(one);
}

async function load(args: SharedOptions, version: number): Promise<LoadedDeployments> {
  const loaded = await loadDeployments(process.cwd(), args.config, version);
  if (!loaded) throw new VigilError('CONFIG_INVALID', 'the configuration no longer has deployments');
  const deployments = loaded.deployments.map((one) => {
    if (!one.loaded) return one;
    const reports = args.reports && path.resolve(args.reports, one.name);
    const whole = reports ? { ...one.loaded, config: { ...one.loaded.config, reports } } : one.loaded;
    try {
      checked(whole);
      return { name: one.name, loaded: whole };
    } catch (thrown) {
      if (thrown instanceof VigilError) return { name: one.name, fault: thrown };
      throw thrown;
    }
  });
  requireApart(deployments.flatMap((one) => one.loaded ?? []));
  return { ...loaded, deployments };
}

/** `vigil monitor --loop` on a configuration of several deployments: watches all of them on one port. */
export async function monitorDeployments(given: Given): Promise<number> {
  const { args, intervalMs, ...rest } = given;
  const verdict = await runDeployments({
    ...rest,
    load: (version) => load(args, version),
    namesOf: ({ config }) => hostsOf(config),
    readersOf: ({ config }) => readersOf(config, redactorOf(config)),
    overview: openOverview,
    onReload: onHangUp,
    start: (one, { onWatched, ...started }) =>
      watchLoop({
        ...rest,
        ...started,
        config: one.config,
        folder: one.folder,
        source: one,
        started: startedAs({
          ...args,
          deployment: one.deployment,
          reports: args.reports && one.config.reports,
        }),
        intervalMs: intervalMs ?? one.config.interval,
        onWatched,
      }),
  });
  return exitCodes[verdict];
}
