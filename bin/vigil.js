#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';
import './require-node.js';
import { existsSync } from 'node:fs';
import { forLoop } from './for-loop.js';

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
