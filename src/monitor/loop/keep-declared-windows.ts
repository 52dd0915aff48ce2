import { declaredPrefix, declaredWindows } from '../../alerts/index.ts';
import type { VigilConfig } from '../../core/index.ts';
import type { History } from '../../history/index.ts';

/**
 * Keeps the windows of the configuration that are open now beside those by command, so that whoever reads the
 * history sees them. One that the configuration no longer declares ends now.
 */
export function keepDeclaredWindows(
  history: History,
  declared: VigilConfig['maintenance'],
  nowMs: number,
): void {
  const open = declaredWindows(declared, nowMs, nowMs);
  const kept = history.maintenance(nowMs, nowMs).filter(({ id }) => id.startsWith(declaredPrefix));
  for (const window of open) {
    if (!kept.some(({ id }) => id === window.id))
      history.saveMaintenance({ ...window, who: 'the configuration' });
  }
  for (const window of kept) {
    if (!open.some(({ id }) => id === window.id)) history.saveMaintenance({ ...window, toMs: nowMs });
  }
}
