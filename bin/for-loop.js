/**
 * A loop lives for days beside production and does little. Nothing of it runs often enough to be worth a compiler's
 * 20 MB: its scrapes, its page and the gate take as much processor time when they are interpreted.
 */
export const forLoop = [
  '--semi-space-growth-factor=1', // young garbage is collected every MB, not every 8
  '--no-turbofan',
  '--no-maglev',
  '--no-sparkplug',
  '--bytecode-old-age=1', // what a cycle needed is compiled again by the next, 30 ms, and not held by 1 MB between them
  '--wasm-tiering-budget=2000000000', // the same for WebAssembly, which reads the answers of HTTP
];
