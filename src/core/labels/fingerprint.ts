import type { LabelSet } from './label-set.ts';

const offset = 14_695_981_039_346_656_037n;
const prime = 1_099_511_628_211n;

/**
 * Identity of an alert, 16 hex digits, the same that Prometheus and Alertmanager give it: FNV-1a over the
 * sorted names and values with 0xFF after each (`labelSetToFingerprint` of prometheus/common).
 */
export function labelFingerprint(labels: LabelSet): string {
  let hash = offset;
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  };
  const names = Object.keys(labels).filter((name) => labels[name] !== '');
  for (const name of names.sort()) {
    for (const text of [name, labels[name] ?? '']) {
      for (const byte of Buffer.from(text)) add(byte);
      add(255);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
