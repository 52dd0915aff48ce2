import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Version of this package; its manifest is beside `scripts/` here and one folder further up where it is installed. */
export const packageVersion = (
  JSON.parse(readFileSync(findPackageJSON(import.meta.url) ?? '', 'utf8')) as { version: string }
).version;

/** Folder of this package: where the suite of the 36 checks and its Vitest configuration are. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url));
