import os from 'node:os';
import path from 'node:path';
import { text as wholeText } from 'node:stream/consumers';
import { accessOf, useAccess } from '../src/clients/index.ts';
import {
  didYouMean,
  type LoadedConfig,
  loadConfig,
  loadHanded,
  parseDuration,
  type Started,
  VigilError,
} from '../src/core/index.ts';

/** A value that an option can't have. */
export const invalid = (option: string, received: string, expected: string): VigilError =>
  new VigilError(
    'USAGE',
    `invalid ${option} "${received}": expected ${expected}${didYouMean(received, expected.split(/, | or /))}`,
  );

/** A document for programs. */
export const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;

/** Refuses a number without a unit; `usual` is the unit that was probably meant. */
function requireUnit(option: string, text: string, usual: string): void {
  if (!/^\d+(?:\.\d+)?$/.test(text)) return;
  throw invalid(option, text, `a duration with its unit: did you mean ${text}${usual}?`);
}

/** Milliseconds of a duration, or those of a word that stands for one. */
export function durationOf(
  option: string,
  text: string,
  words: Readonly<Record<string, number>> = {},
): number {
  requireUnit(option, text, Number(text) < 60 ? 'm' : 's');
  const milliseconds = words[text] ?? parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  const named = Object.keys(words).map((word) => `${word} or `);
  throw invalid(option, text, `${named.join('')}a duration such as 90s, 5m or 48h`);
}

/** A time as `--since` takes it: itself, or how long before the end. */
export function momentOf(option: string, text: string | undefined): { sinceMs?: number; lengthMs?: number } {
  if (text === undefined) return {};
  requireUnit(option, text, 'h');
  const lengthMs = parseDuration(text);
  if (lengthMs !== undefined) return { lengthMs };
  const sinceMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(sinceMs) && sinceMs < Date.now()) return { sinceMs };
  throw invalid(option, text, 'a duration such as 48h, or a time in the past such as 2026-01-05T06:00:00Z');
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
  deployment?: string;
  reports?: string;
  json?: boolean;
}

/** The configuration of `--config`, with the folder of `--reports` instead of its own; another version reads it again. */
export async function readConfigured(given: SharedOptions, version = 0): Promise<LoadedConfig> {
  const loaded = await loadConfig(process.cwd(), given.config, given.deployment, version);
  return withReports(loaded, given.reports);
}

const withReports = (loaded: LoadedConfig, reports: string | undefined): LoadedConfig =>
  reports ? { ...loaded, config: { ...loaded.config, reports: path.resolve(reports) } } : loaded;

/** The configuration that a loop goes by and writes to the standard input of this process. */
async function readHanded({ reports }: SharedOptions): Promise<LoadedConfig> {
  return withReports(loadHanded(await wholeText(process.stdin)), reports);
}

/** `readConfigured`, or with `asLoaded` what the loop hands over; from here on everything is asked as it says. */
export async function configured(given: SharedOptions & { asLoaded?: boolean }): Promise<LoadedConfig> {
  const loaded = await (given.asLoaded ? readHanded(given) : readConfigured(given));
  useAccess(accessOf(loaded.config));
  return loaded;
}

/** The program of this process as a person starts it: by npx where the package is installed there, else by its path. */
function programOf(script: string, folder: string): string[] {
  if (path.dirname(script) === path.join(folder, 'node_modules', '.bin')) return ['npx', 'vitest-vigil'];
  if (!script.endsWith('.js')) return [script];
  const within = path.relative(folder, script);
  return ['node', within.startsWith('..') ? script : within];
}

/** How this process was started, for the commands that a person may paste beside it. */
export function startedAs({
  config,
  deployment,
  reports,
}: { [Key in keyof SharedOptions]: SharedOptions[Key] | undefined }): Started {
  const folder = process.cwd();
  return {
    folder,
    program: programOf(process.argv[1] ?? 'vigil', folder),
    options: [
      ...(config ? ['--config', config] : []),
      ...(deployment ? ['--deployment', deployment] : []),
      ...(reports ? ['--reports', reports] : []),
    ],
  };
}
