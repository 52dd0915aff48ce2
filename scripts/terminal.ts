import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import type { Style } from '../src/core/index.ts';

/** Colours for a stream (none unless it is a terminal, or against NO_COLOR), its width, and whether lines may be redrawn. */
export function terminalStyle(stream: WriteStream): { style: Style; width: number; live: boolean } {
  const isTerminal = stream.isTTY === true;
  return {
    style: pc.createColors(isTerminal && pc.isColorSupported),
    width: Math.min(isTerminal ? stream.columns || 100 : 100, 120),
    live: isTerminal,
  };
}
