#!/usr/bin/env node
import module from 'node:module';
import './require-node.js';
import { existsSync } from 'node:fs';

// Types stripped and code compiled once: a short command such as the gate is mostly that.
module.enableCompileCache?.();

// The repository runs its TypeScript as it is; the package holds JavaScript, because Node strips no types below node_modules.
const source = new URL('../scripts/vigil.ts', import.meta.url);
const program = existsSync(source) ? source : new URL('../scripts/vigil.js', import.meta.url);
const { main } = await import(program.href);
await main(process.argv.slice(2));
