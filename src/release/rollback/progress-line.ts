import { formatDuration, oneLine } from '../../core/index.ts';
import type { ProgressEvent } from './execution.ts';

const marks = {
  done: '✓',
  failed: '✗',
  'over budget': '✗',
  aborted: '■',
  waiting: ' ',
  running: '▸',
} as const;

const clock = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** A stage that runs: its name, time against budget, what it does now. */
export function runningLine(stage: string, elapsedMs: number, budgetMs: number, text: string): string {
  return `▸ ${stage.padEnd(9)} ${clock(elapsedMs).padStart(5)} of ${formatDuration(budgetMs).padEnd(6)} ${oneLine(text)}`;
}

/** A stage that is over: time taken, what it came to. */
export function endedLine({
  stage,
  status,
  tookMs,
  detail,
}: Extract<ProgressEvent, { kind: 'stage-end' }>): string {
  const said = status === 'done' ? '' : `${status}: `;
  return `${marks[status]} ${stage.padEnd(9)} ${`${(tookMs / 1000).toFixed(1)} s`.padStart(8)}  ${said}${oneLine(detail)}`;
}
