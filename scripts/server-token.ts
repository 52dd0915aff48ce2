import { readFileSync } from 'node:fs';
import type { VigilConfig } from '../src/config/index.ts';
import { secretEnvironment } from '../src/environment/index.ts';
import { type Redactor, resolveWith, secretResolver } from '../src/notify/index.ts';

/** The token behind `server.token`; `undefined` when none is configured, and then nothing can be changed over HTTP. */
export function serverToken(config: VigilConfig, redactor: Redactor): string | undefined {
  if (config.server.token === undefined) return undefined;
  const readFile = (file: string) => readFileSync(file, 'utf8');
  const resolve = secretResolver({ env: secretEnvironment(), readFile });
  return resolveWith(resolve, redactor, 'server.token')(config.server.token);
}
