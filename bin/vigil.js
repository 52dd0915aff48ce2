#!/usr/bin/env node
import './require-node.js';
import { existsSync } from 'node:fs';

// The repository runs its TypeScript as it is; the package holds JavaScript, because Node strips no types below node_modules.
const source = new URL('../scripts/vigil.ts', import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL('../scripts/vigil.js', import.meta.url).href
);
await main(process.argv.slice(2));
