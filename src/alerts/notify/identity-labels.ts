import { clipped } from './clip.ts';
import type { AlertEvent } from './event.ts';

const longestName = 200;
const longestValue = 1024;

/**
 * The labels as Prometheus and Alertmanager accept them, and as they are sent everywhere: names of letters, digits and
 * `_`, no empty value, `alertname` and `severity` among them.
 */
export function identityLabels(
  event: Pick<AlertEvent, 'alertname' | 'severity' | 'labels'>,
): Record<string, string> {
  const named = { ...event.labels, alertname: event.alertname, severity: event.severity };
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(named)) {
    const sound = name
      .replace(/[^a-zA-Z0-9_]/g, '_')
      .replace(/^(?=\d|$)/, '_')
      .slice(0, longestName);
    const text = clipped(String(value), longestValue);
    if (text !== '') labels[sound] = text;
  }
  return labels;
}
