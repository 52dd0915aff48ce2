export { oneLine, printable } from './safe-text.ts';
