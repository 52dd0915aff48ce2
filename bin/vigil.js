#!/usr/bin/env node
import module from 'node:module';
import './require-node.js';

// Types stripped and code compiled once: a short command such as the gate is mostly that.
module.enableCompileCache?.();

const { main } = await import('../scripts/vigil.ts');
await main(process.argv.slice(2));
