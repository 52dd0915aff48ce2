import { oneLine, type Style, signOf } from '../../core/index.ts';
import type { CaseEvent } from '../../suite/index.ts';

/** One line while the suite runs: how far it is, and the check that ended last. */
export function progressLine(
  event: CaseEvent,
  done: number,
  total: number | undefined,
  style: Style,
): string {
  const of = total === undefined ? `${done}` : `${done}/${total}`;
  return `${style.dim(`checks ${of}`)}  ${signOf(event.state, style)} ${oneLine(event.name).slice(0, 60)}`;
}
