import { openHistory } from '../../src/history/index.ts';
import { backFill } from '../../tests/history/back-fill.ts';
import { SyntheticTarget } from '../../tests/monitor/loop/synthetic-target.ts';

export interface Filling {
  file: string;
  cycles: number;
  startMs: number;
  intervalMs: number;
  sampleMs: number;
}

/** Fills a new history with cycles and scrapes as a busy target leaves them; returns how many scrapes there are. */
export function fillHistory({ file, cycles, startMs, intervalMs, sampleMs }: Filling): number {
  const endMs = startMs + cycles * intervalMs;
  const history = openHistory({ file });
  history.database.exec('PRAGMA synchronous = OFF');
  backFill(history, cycles, startMs, intervalMs);
  const target = new SyntheticTarget(startMs, []);
  let scrapes = 0;
  for (let begun = startMs; begun < endMs; begun += 500 * sampleMs) {
    history.transaction(() => {
      for (let atMs = begun; atMs < Math.min(begun + 500 * sampleMs, endMs); atMs += sampleMs) {
        for (const { job, samples } of target.scrape(atMs)) {
          history.recordSamples(atMs, samples, job);
          scrapes += 1;
        }
      }
    });
  }
  history.recordDeployment({ timeMs: startMs, release: 'v2' });
  history.saveState('watch', { intervalMs, startedMs: startMs, url: '', pid: 0, targetId: 'http://target' });
  history.saveState('sentinel', { state: 'received', atMs: endMs - 600_000, tookMs: 400 });
  history.saveState('confirmation', { state: 'none' });
  history.close();
  return scrapes;
}
