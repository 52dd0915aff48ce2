import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

/** Version of this package. */
export const packageVersion = manifest.version;

/** Folder of this package: where the suite of the 36 checks and its Vitest configuration are. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url));
