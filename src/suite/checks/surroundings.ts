import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { accessOf, useAccess } from '../../clients/index.ts';
import {
  loadConfig,
  type NetworkConfig,
  type ProbeConfig,
  runEnvironment,
  type ServiceConfig,
} from '../../core/index.ts';
import { readContext } from '../run/context.ts';

/** What a check of the user's own suite may know of the run. */
export interface Surroundings {
  /** Address of the target; absent when the configuration names none. */
  targetUrl: string | undefined;
  services: readonly ServiceConfig[];
  /** Folder of the configuration. */
  folder: string;
  probes: readonly ProbeConfig[];
  network: NetworkConfig | undefined;
}

/** The nearest folder, from here upwards, that holds a configuration; this one when there is none. */
function configFolder(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(folder) && readdirSync(folder).some((name) => /^vigil\.config\.\w+$/.test(name)))
      return folder;
    if (path.dirname(folder) === folder) return start;
  }
}

async function read(): Promise<Surroundings> {
  const { contextFile, configFile } = runEnvironment();
  if (contextFile !== undefined) {
    const { target, services, folder, probes = [], network } = readContext(contextFile);
    useAccess(accessOf({ target, services }));
    const targetUrl = target.orchestration || undefined;
    return { targetUrl, services, folder: folder ?? process.cwd(), probes, network };
  }
  const { config, folder } = await loadConfig(configFolder(process.cwd()), configFile);
  const { target, services, probes, network } = config;
  useAccess(accessOf(config));
  return { targetUrl: target?.orchestration, services, folder, probes, network };
}

let once: Promise<Surroundings> | undefined;

/** What the runner handed over, or what the configuration says when Vitest was started by hand. */
export function surroundings(): Promise<Surroundings> {
  once ??= read();
  return once;
}
