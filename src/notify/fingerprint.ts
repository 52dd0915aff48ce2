import { clipped } from './clip.ts';
import type { AlertEvent } from './event.ts';

const offset = 14_695_981_039_346_656_037n;
const prime = 1_099_511_628_211n;

/**
 * The fingerprint that Alertmanager gives to a set of labels, 16 hexadecimal digits: FNV-1a over the sorted names and
 * values with 0xFF after each (`labelSetToFingerprint` of prometheus/common).
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  let sum = offset;
  const add = (byte: number) => {
    sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * prime);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const text of [name, labels[name] ?? '']) {
      for (const byte of Buffer.from(text)) add(byte);
      add(255);
    }
  }
  return sum.toString(16).padStart(16, '0');
}

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
