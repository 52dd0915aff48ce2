#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';
import './require-node.js';
import { existsSync } from 'node:fs';

// A loop lives for days beside production and does little. Nothing of it runs often enough to be worth a compiler's
// 20 MB: its scrapes, its page and the gate take as much processor time when they are interpreted.
const forLoop = [
  '--semi-space-growth-factor=1', // young garbage is collected every MB, not every 8
  '--no-turbofan',
  '--no-maglev',
  '--no-sparkplug',
  '--bytecode-old-age=1', // code that only the start needed goes at the second collection, not the sixth
  '--wasm-tiering-budget=2000000000', // the same for WebAssembly, which reads the answers of HTTP
];
const isLoop = process.argv.includes('--loop');
if (isLoop) for (const flag of forLoop) v8.setFlagsFromString(flag);

// The repository runs its TypeScript as it is; the package holds JavaScript, because Node strips no types below node_modules.
const source = new URL('../scripts/vigil.ts', import.meta.url);
const isSource = existsSync(source);

// Types stripped and code compiled once: a short command such as the gate is mostly that. A loop keeps what it reads of
// the cache, 5 MB; it pays only where types would be stripped in its own memory.
if (isSource || !isLoop) module.enableCompileCache?.();

const { main } = await import(isSource ? source.href : new URL('../scripts/vigil.js', import.meta.url).href);
await main(process.argv.slice(2));
