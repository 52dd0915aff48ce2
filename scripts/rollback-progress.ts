import type { WriteStream } from 'node:tty';
import { endedLine, type ProgressEvent, type RollbackRun, runningLine } from '../src/release/index.ts';
import { terminalStyle } from './terminal.ts';

interface Current {
  stage: string;
  budgetMs: number;
  beganAt: number;
  text: string;
}

/** Shows a line per stage: on a terminal it is redrawn while the stage runs, elsewhere written at its begin and end. */
export function progressPrinter(stream: WriteStream) {
  const { live, width } = terminalStyle(stream);
  let current: Current | undefined;
  let runId: string | undefined;
  const draw = () => {
    if (!current || !live) return;
    const line = runningLine(
      current.stage,
      performance.now() - current.beganAt,
      current.budgetMs,
      current.text,
    );
    stream.write(`\r\u001b[2K${line.slice(0, width - 1)}`);
  };
  const timer = live ? setInterval(draw, 500) : undefined;
  timer?.unref();

  return {
    show(run: RollbackRun, event: ProgressEvent) {
      if (run.id !== runId) {
        runId = run.id;
        stream.write(`Rolling back (${run.type}): ${run.reason}\n`);
      }
      if (event.kind === 'stage') {
        current = { stage: event.stage, budgetMs: event.budgetMs, beganAt: performance.now(), text: '' };
        if (!live) stream.write(`${runningLine(event.stage, 0, event.budgetMs, '')}\n`);
      } else if (event.kind === 'text') {
        if (current) current.text = event.text;
      } else {
        stream.write(`${live ? '\r\u001b[2K' : ''}${endedLine(event)}\n`);
        current = undefined;
      }
      draw();
    },
    close: () => clearInterval(timer),
  };
}
