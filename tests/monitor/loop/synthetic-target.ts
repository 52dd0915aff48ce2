import type { ScrapedSample } from '../../../src/history/samples.ts';
import type { Scrape } from '../../../src/monitor/loop/scrape.ts';

const minute = 60_000;
const bounds = [0.05, 0.1, 0.2, 0.25, 0.5, 1, Number.POSITIVE_INFINITY];
const perSecond = 8;

/** A fault of the schedule, by minutes since the start. */
export interface Fault {
  fromMin: number;
  toMin: number;
  kind: 'errors' | 'slow' | 'down' | 'disk' | 'checks';
  /** Of errors: which part of the operations fails; 2 % unless given. */
  ratio?: number;
}

/** A target whose counters follow a schedule of faults; ten seconds of traffic at a time, so that restarts and ends are sharp. */
export class SyntheticTarget {
  readonly #faults: readonly Fault[];
  readonly #startMs: number;
  #doneMs: number;
  #operations = 0;
  #errors = 0;
  readonly #fast: number[] = bounds.map(() => 0);

  constructor(startMs: number, faults: readonly Fault[]) {
    this.#startMs = startMs;
    this.#doneMs = startMs;
    this.#faults = faults;
  }

  #fault(kind: Fault['kind'], atMs: number): Fault | undefined {
    const min = (atMs - this.#startMs) / minute;
    return this.#faults.find((fault) => fault.kind === kind && min > fault.fromMin && min <= fault.toMin);
  }

  has(kind: Fault['kind'], atMs: number): boolean {
    return this.#fault(kind, atMs) !== undefined;
  }

  #advance(toMs: number): void {
    for (; this.#doneMs + 10_000 <= toMs; this.#doneMs += 10_000) {
      const atMs = this.#doneMs + 10_000;
      if (this.has('down', atMs)) continue;
      const operations = perSecond * 10;
      this.#operations += operations;
      const errors = this.#fault('errors', atMs);
      if (errors) this.#errors += operations * (errors.ratio ?? 0.02);
      const seconds = this.has('slow', atMs) ? 0.4 : 0.03;
      bounds.forEach((le, index) => {
        if (seconds <= le) this.#fast[index] = (this.#fast[index] ?? 0) + operations;
      });
    }
  }

  scrape(nowMs: number): Scrape[] {
    this.#advance(nowMs);
    const sample = (
      job: string,
      name: string,
      value: number,
      labels: Record<string, string> = {},
    ): ScrapedSample => ({
      series: { name, labels: { ...labels, job } },
      value,
    });
    const target = 'genesis-orchestration';
    const used = this.has('disk', nowMs) ? 95 : 40;
    const node = [
      sample('node', 'up', 1),
      sample('node', 'node_filesystem_size_bytes', 100, { fstype: 'ext4', mountpoint: '/' }),
      sample('node', 'node_filesystem_free_bytes', 100 - used, { fstype: 'ext4', mountpoint: '/' }),
      sample('node', 'node_filesystem_avail_bytes', 100 - used, { fstype: 'ext4', mountpoint: '/' }),
      sample('node', 'node_memory_MemAvailable_bytes', 80),
      sample('node', 'node_memory_MemTotal_bytes', 100),
      sample('node', 'node_cpu_seconds_total', (nowMs - this.#startMs) * 0.0009, { cpu: '0', mode: 'idle' }),
    ];
    if (this.has('down', nowMs))
      return [
        { job: target, samples: [sample(target, 'up', 0)] },
        { job: 'node', samples: node },
      ];
    const own = [
      sample(target, 'up', 1),
      sample(target, 'genesis_operations_total', this.#operations),
      sample(target, 'genesis_errors_total', this.#errors, { category: 'internal' }),
      ...bounds.map((le, index) =>
        sample(target, 'genesis_operation_duration_seconds_bucket', this.#fast[index] ?? 0, {
          le: le === Number.POSITIVE_INFINITY ? '+Inf' : String(le),
        }),
      ),
      sample(target, 'genesis_operation_duration_seconds_count', this.#operations),
    ];
    return [
      { job: target, samples: own },
      { job: 'node', samples: node },
    ];
  }
}
