import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadConfig, type NetworkConfig, type ProbeConfig, runEnvironment } from '../../core/index.ts';
import { readContext } from '../run/context.ts';

/** What a check of the user's own suite may know of the run. */
export interface Surroundings {
  /** Address of the target; absent when the configuration names none. */
  targetUrl: string | undefined;
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
    const { target, folder, probes = [], network } = readContext(contextFile);
    return { targetUrl: target.orchestration || undefined, folder: folder ?? process.cwd(), probes, network };
  }
  const { config, folder } = await loadConfig(configFolder(process.cwd()), configFile);
  const { target, probes, network } = config;
  return { targetUrl: target?.orchestration, folder, probes, network };
}

let once: Promise<Surroundings> | undefined;

/** What the runner handed over, or what the configuration says when Vitest was started by hand. */
export function surroundings(): Promise<Surroundings> {
  once ??= read();
  return once;
}
