#!/usr/bin/env node
import './require-node.js';

const { main } = await import('../scripts/vigil.ts');
await main(process.argv.slice(2));
