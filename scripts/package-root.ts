import { fileURLToPath } from 'node:url';

/** Folder of this package: where the suite of the 36 checks and its Vitest configuration are. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url));
