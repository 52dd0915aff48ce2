export { oneLine, printable } from './safe-text.ts';
export { shownUrl } from './shown-url.ts';
