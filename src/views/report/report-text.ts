import path from 'node:path';
import { namingOf } from '../../alerts/index.ts';
import { effectiveThresholds, oneLine, type VigilConfig } from '../../core/index.ts';
import type { ReportDocument } from './document.ts';

/** Everything a report needs of a configuration. */
export function reportOptions(config: VigilConfig, nowMs: number) {
  return {
    name: config.name,
    table: effectiveThresholds(config),
    naming: namingOf(config, config.target),
    sentinelIntervalMs: config.sentinelInterval,
    nowMs,
  };
}

/** What a report came to and where it is, for a person. */
export function reportText({ conclusion }: ReportDocument, files: readonly string[]): string {
  const { verdict, headline, recommendation, failures, doubts, cautions } = conclusion;
  const listed = [...failures, ...doubts, ...cautions].map((text) => `  - ${oneLine(text)}`);
  const where = files.map((file) => path.relative(process.cwd(), file) || file).join(', ');
  return [
    `${verdict.toUpperCase()}  ${oneLine(headline)}`,
    oneLine(recommendation),
    ...listed,
    `Written: ${where}`,
    '',
  ].join('\n');
}
