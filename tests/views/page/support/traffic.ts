import type { ScrapedSample } from '../../../../src/history/samples.ts';
import type { Scrape } from '../../../../src/monitor/loop/scrape.ts';
import { during, type Incident, noise } from './incident.ts';

export const bounds = [
  0.01,
  0.025,
  0.05,
  0.075,
  0.1,
  0.15,
  0.2,
  0.25,
  0.3,
  0.5,
  0.75,
  1,
  2.5,
  Number.POSITIVE_INFINITY,
];
/** The day's typical latency, multiplied: forty operations from the fastest to the slowest, with a long tail. */
const shape = Array.from({ length: 40 }, (_, index) => {
  const quantile = (index + 0.5) / 40;
  return (quantile / (1 - quantile)) ** 0.36;
});

const leText = (le: number): string => (Number.isFinite(le) ? String(le) : '+Inf');

/** The metrics of a deployment under a day's traffic, with incidents; scraped step by step. */
export class Traffic {
  readonly #incidents: readonly Incident[];
  readonly #startMs: number;
  #atMs: number;
  #operations = 0;
  #errors = 0;
  #validation = 0;
  #seconds = 0;
  readonly #buckets = bounds.map(() => 0);
  readonly #parts = { htdag_decomposition: 0, halo_routing: 0, aop_validation: 0 };
  #idle = [0, 0];

  constructor(startMs: number, incidents: readonly Incident[]) {
    this.#startMs = startMs;
    this.#atMs = startMs;
    this.#incidents = incidents;
  }

  /** Hours into the day decide how busy it is: 6 to 15 operations a second. */
  #perSecond(atMs: number): number {
    const day = Math.sin(((atMs / 3_600_000 - 9) / 24) * 2 * Math.PI);
    return 10.5 + 4 * day + (noise(atMs / 1000) - 0.5);
  }

  advance(toMs: number): void {
    const seconds = (toMs - this.#atMs) / 1000;
    const is = (kind: Incident['kind']) => during(this.#incidents, kind, toMs);
    this.#atMs = toMs;
    const busy = this.#perSecond(toMs);
    this.#idle = this.#idle.map(
      (idle, core) => idle + seconds * (0.78 - busy / 40 + noise(toMs + core) / 12),
    );
    if (is('down') || is('starved')) return;
    const operations = Math.round(busy * seconds);
    const halo = this.#incidents.find(
      ({ kind, fromMs, toMs: end }) => kind === 'halo' && toMs >= fromMs && toMs < end,
    );
    // A slow router makes it worse from minute to minute.
    const worse = halo ? 3 + ((toMs - halo.fromMs) / 60_000) * 0.5 : is('slow') ? 4 : 1;
    const typical = (0.026 + busy / 900 + noise(toMs + 5) / 250) * worse;
    this.#operations += operations;
    if (is('errors')) this.#errors += Math.round(operations * 0.021);
    else if (noise(toMs / 15_000) < 0.03) this.#errors += 1;
    this.#validation += Math.round(operations * 0.01);
    for (const multiple of shape) {
      const latency = typical * multiple;
      this.#seconds += (latency * operations) / shape.length;
      bounds.forEach((le, index) => {
        if (latency <= le) this.#buckets[index] = (this.#buckets[index] ?? 0) + operations / shape.length;
      });
    }
    this.#parts.htdag_decomposition += operations * typical * (halo ? 0.1 : is('slow') ? 0.22 : 0.42);
    this.#parts.halo_routing += operations * typical * (halo ? 0.85 : is('slow') ? 0.72 : 0.24);
    this.#parts.aop_validation += operations * typical * (halo ? 0.04 : 0.16);
  }

  scrape(atMs: number): Scrape[] {
    this.advance(atMs);
    const of =
      (job: string) =>
      (name: string, value: number, labels: Record<string, string> = {}) =>
        ({ series: { name, labels: { ...labels, job } }, value }) satisfies ScrapedSample;
    const [target, planner, node] = [of('genesis-orchestration'), of('genesis-planner'), of('node')];
    const isDown = during(this.#incidents, 'down', atMs);
    const own = [
      target('genesis_operations_total', this.#operations),
      target('genesis_errors_total', this.#errors, { category: 'internal' }),
      target('genesis_errors_total', this.#validation, { category: 'validation' }),
      target('genesis_operation_duration_seconds_sum', this.#seconds),
      target('genesis_operation_duration_seconds_count', this.#operations),
      ...bounds.map((le, index) =>
        target('genesis_operation_duration_seconds_bucket', this.#buckets[index] ?? 0, { le: leText(le) }),
      ),
    ];
    const parts = Object.entries(this.#parts).flatMap(([name, sum]) => [
      planner(`genesis_${name}_duration_seconds_sum`, sum),
      planner(`genesis_${name}_duration_seconds_count`, this.#operations),
    ]);
    const hours = (atMs - this.#startMs) / 3_600_000;
    const used = 0.41 + hours / 900 + noise(atMs) / 300;
    const host = [
      node('up', 1),
      node('node_memory_MemTotal_bytes', 16 * 2 ** 30),
      node('node_memory_MemAvailable_bytes', 16 * 2 ** 30 * (1 - 0.46 - 0.03 * noise(atMs / 60_000))),
      ...this.#idle.map((idle, core) =>
        node('node_cpu_seconds_total', idle, { cpu: String(core), mode: 'idle' }),
      ),
      ...(['size', 'free', 'avail'] as const).map((part) =>
        node(`node_filesystem_${part}_bytes`, 80 * 2 ** 30 * (part === 'size' ? 1 : 1 - used), {
          fstype: 'ext4',
          mountpoint: '/',
        }),
      ),
    ];
    return [
      { job: 'genesis-orchestration', samples: [target('up', isDown ? 0 : 1), ...(isDown ? [] : own)] },
      { job: 'genesis-planner', samples: [planner('up', 1), ...parts] },
      { job: 'node', samples: host },
    ];
  }
}
