#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';
import './require-node.js';
import { existsSync } from 'node:fs';

// Types stripped and code compiled once: a short command such as the gate is mostly that.
module.enableCompileCache?.();

// A loop lives for days beside production and does little: it collects its garbage early (183 MB resident become 132).
if (process.argv.includes('--loop'))
  for (const flag of ['--optimize-for-size', '--max-semi-space-size=2']) v8.setFlagsFromString(flag);

// The repository runs its TypeScript as it is; the package holds JavaScript, because Node strips no types below node_modules.
const source = new URL('../scripts/vigil.ts', import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL('../scripts/vigil.js', import.meta.url).href
);
await main(process.argv.slice(2));
