import { createRequire } from 'node:module';
import type SystemInformation from 'systeminformation';

const require = createRequire(import.meta.url);

type Parts = Pick<typeof SystemInformation, 'mem' | 'fsSize'>;

/** The two questions of systeminformation that are asked; its index loads the other twenty files too, 3 MB of memory. */
export const { mem } = require('systeminformation/lib/memory.js') as Parts;
export const { fsSize } = require('systeminformation/lib/filesystem.js') as Parts;
