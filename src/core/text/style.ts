import type pc from 'picocolors';

export type Style = ReturnType<typeof pc.createColors>;

/** A sign and a colour for each outcome; the sign alone carries the meaning. */
export function signOf(outcome: string, style: Style): string {
  switch (outcome) {
    case 'pass':
    case 'passed':
      return style.green('✓');
    case 'fail':
    case 'failed':
      return style.red('✗');
    case 'skipped':
    case 'not configured':
    case 'advisory':
      return style.dim('–');
    default:
      return style.yellow('?');
  }
}
