import { readFileSync } from 'node:fs';
import { resolveWith, secretResolver } from '../src/alerts/index.ts';
import { type Redactor, secretEnvironment, type VigilConfig } from '../src/core/index.ts';

/** The token behind `server.token`; `undefined` when none is configured, and then nothing can be changed over HTTP. */
export function serverToken(config: VigilConfig, redactor: Redactor): string | undefined {
  if (config.server.token === undefined) return undefined;
  const readFile = (file: string) => readFileSync(file, 'utf8');
  const resolve = secretResolver({ env: secretEnvironment(), readFile });
  return resolveWith(resolve, redactor, 'server.token')(config.server.token);
}
