import { readFileSync } from 'node:fs';
import { median } from '../../src/core/index.ts';

/** What one execution took; CPU is of this process's children, user and system. */
export interface Taken {
  wallMs: number;
  cpuMs: number;
}

export interface Row extends Taken {
  name: string;
  rounds: number;
}

const clockTicksPerSecond = 100; // USER_HZ, fixed on Linux

/** CPU time of all children that have ended, milliseconds, to the 10 ms that Linux keeps. */
export function childrenCpuMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return ((Number(fields[13]) + Number(fields[14])) / clockTicksPerSecond) * 1000;
}

/** CPU time of this process and its ended children, milliseconds. */
export function allCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return childrenCpuMs() + (user + system) / 1000;
}

/** Times one execution by wall and CPU clock. */
export async function taken(action: () => unknown, cpuMs: () => number = allCpuMs): Promise<Taken> {
  const [began, cpu] = [performance.now(), cpuMs()];
  await action();
  return { wallMs: performance.now() - began, cpuMs: cpuMs() - cpu };
}

/** Runs the contestants one after another, round by round, so that noise falls on all alike; medians. */
export async function sideBySide(
  contestants: Readonly<Record<string, () => Promise<Taken>>>,
  rounds: number,
  onRound?: (round: number) => void,
): Promise<Row[]> {
  const all = new Map<string, Taken[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(contestants)) {
      all.set(name, [...(all.get(name) ?? []), await run()]);
    }
    onRound?.(round + 1);
  }
  return [...all].map(([name, results]) => ({
    name,
    rounds,
    wallMs: median(results.map(({ wallMs }) => wallMs)),
    cpuMs: median(results.map(({ cpuMs }) => cpuMs)),
  }));
}

/** A Markdown table with the ratios to the first row. */
export function ratioTable(rows: readonly Row[]): string {
  const first = rows[0];
  const ratio = (value: number, of: number | undefined) => (of ? (value / of).toFixed(2) : '–');
  return [
    '| | wall | ratio | CPU | ratio |',
    '|---|--:|--:|--:|--:|',
    ...rows.map(
      ({ name, wallMs, cpuMs }) =>
        `| ${name} | ${wallMs.toFixed(0)} ms | ${ratio(wallMs, first?.wallMs)} | ${cpuMs.toFixed(0)} ms | ${ratio(cpuMs, first?.cpuMs)} |`,
    ),
  ].join('\n');
}

/** A Markdown table; its first column is text, the others are figures. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), `|---|${'--:|'.repeat(heads.length - 1)}`, ...rows.map(line)].join('\n');
}
