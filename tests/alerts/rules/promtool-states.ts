import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import type { LabelSet } from '../../../src/core/labels/label-set.ts';
import { pointsOf, type StorySeries, stepMs } from './rule-stories.ts';

const run = promisify(execFile);

/** An alert that is open at an evaluation: all its labels, and whether it is pending or firing. */
export interface OpenAlert {
  labels: LabelSet;
  state: 'pending' | 'firing';
}

const quoted = (labels: LabelSet): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');

/** promtool's notation: one entry per interval, `_` where there is no sample. */
function valuesOf(series: StorySeries, steps: number): string {
  const byTime = new Map(pointsOf(series, steps).map((point) => [point.timeMs, point]));
  return Array.from({ length: steps }, (_, step) => {
    const point = byTime.get(step * stepMs);
    return point === undefined ? '_' : point.stale ? 'stale' : String(point.value);
  }).join(' ');
}

/**
 * Lets Prometheus's own rule manager evaluate rules on series in simulated time, and compares the alerts that it has
 * open after each evaluation with those that are expected. Resolves with what promtool found different; empty when
 * nothing was.
 */
export async function differencesFromPrometheus(
  rules: readonly object[],
  series: readonly StorySeries[],
  expected: readonly (readonly OpenAlert[])[],
): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vigil-promtool-'));
  const interval = `${stepMs / 1000}s`;
  try {
    await writeFile(path.join(folder, 'rules.yml'), stringify({ groups: [{ name: 'g', interval, rules }] }));
    const tests = [
      {
        interval,
        input_series: series.map((one) => ({
          series: `${one.name}{${quoted(one.labels)}}`,
          values: valuesOf(one, expected.length),
        })),
        promql_expr_test: expected.map((open, step) => ({
          expr: 'ALERTS',
          eval_time: `${(step * stepMs) / 1000}s`,
          exp_samples: open.map(({ labels, state }) => ({
            labels: `ALERTS{${quoted({ ...labels, alertstate: state })}}`,
            value: 1,
          })),
        })),
      },
    ];
    const file = path.join(folder, 'test.yml');
    await writeFile(file, stringify({ rule_files: ['rules.yml'], evaluation_interval: interval, tests }));
    await run('promtool', ['test', 'rules', file], { cwd: folder, maxBuffer: 2 ** 28 });
    return '';
  } catch (thrown) {
    const { code, stdout = '', stderr = '' } = thrown as NodeJS.ErrnoException & Record<string, string>;
    if (String(code) === 'ENOENT') {
      throw new Error('promtool is needed; npm run test:all installs it', {
        cause: thrown,
      });
    }
    return `${stdout}${stderr}`.slice(0, 4000) || String(thrown);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
