import { formatDuration, oneLine } from '../../core/index.ts';
import type { RollbackRun } from './runs/run.ts';
import type { ProgressEvent } from './session-options.ts';

const marks = {
  done: '✓',
  failed: '✗',
  'over budget': '✗',
  aborted: '■',
  waiting: ' ',
  running: '▸',
} as const;

/** The stage that runs, since when by this process's clock, and what it does now. */
type Current = Extract<ProgressEvent, { kind: 'stage' }> & { beganAt: number; text: string };

const clock = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** A stage that runs: its name, time against budget, what it does now. */
function runningLine({ stage, budgetMs, text }: Current, elapsedMs: number): string {
  return `▸ ${stage.padEnd(9)} ${clock(elapsedMs).padStart(5)} of ${formatDuration(budgetMs).padEnd(6)} ${oneLine(text)}`;
}

/** A stage that is over: time taken, what it came to. */
function endedLine({ stage, status, tookMs, detail }: Extract<ProgressEvent, { kind: 'stage-end' }>): string {
  const said = status === 'done' ? '' : `${status}: `;
  return `${marks[status]} ${stage.padEnd(9)} ${`${(tookMs / 1000).toFixed(1)} s`.padStart(8)}  ${said}${oneLine(detail)}`;
}

/** Shows a line per stage: on a terminal it is redrawn while the stage runs, elsewhere written at its begin and end. */
export function progressPrinter(
  write: (text: string) => void,
  { live, width }: { live: boolean; width: number },
) {
  let current: Current | undefined;
  let runId: string | undefined;
  const draw = () => {
    if (!current || !live) return;
    const line = runningLine(current, performance.now() - current.beganAt);
    write(`\r\u001b[2K${line.slice(0, width - 1)}`);
  };
  const timer = live ? setInterval(draw, 500) : undefined;
  timer?.unref();

  return {
    show(run: RollbackRun, event: ProgressEvent) {
      if (run.id !== runId) {
        runId = run.id;
        write(`Rolling back (${run.type}): ${run.reason}\n`);
      }
      if (event.kind === 'stage') {
        current = { ...event, beganAt: performance.now(), text: '' };
        if (!live) write(`${runningLine(current, 0)}\n`);
      } else if (event.kind === 'text') {
        if (current) current.text = event.text;
      } else {
        write(`${live ? '\r\u001b[2K' : ''}${endedLine(event)}\n`);
        current = undefined;
      }
      draw();
    },
    close: () => clearInterval(timer),
  };
}
