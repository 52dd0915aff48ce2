import os from 'node:os';
import path from 'node:path';
import { accessOf, useAccess } from '../src/clients/index.ts';
import { type LoadedConfig, loadConfig, parseDuration, VigilError } from '../src/core/index.ts';

/** A value that an option can't have. */
export const invalid = (option: string, received: string, expected: string): VigilError =>
  new VigilError('USAGE', `invalid ${option} "${received}": expected ${expected}`);

/** A document for programs. */
export const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

/** Milliseconds of a duration. */
export function durationOf(option: string, text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw invalid(option, text, 'a duration such as 90s, 5m or 48h');
  return milliseconds;
}

/** Who runs us; a user of a container need not have a name. */
export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

/** What most commands are given. */
export interface SharedOptions {
  config?: string;
  reports?: string;
  json?: boolean;
}

/** The configuration of `--config`, with the folder of `--reports` instead of its own. */
export async function configured(given: SharedOptions): Promise<LoadedConfig> {
  const loaded = await loadConfig(process.cwd(), given.config);
  useAccess(accessOf(loaded.config));
  if (!given.reports) return loaded;
  return { ...loaded, config: { ...loaded.config, reports: path.resolve(given.reports) } };
}
