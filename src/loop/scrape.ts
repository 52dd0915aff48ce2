import os from 'node:os';
import { metricsUrlOf, type TargetConfig } from '../config/index.ts';
import { messageOf } from '../errors.ts';
import { type Exposition, parseExposition } from '../exposition/index.ts';
import type { ScrapedSample } from '../history/index.ts';
import { jobs } from '../signals/index.ts';
import { readHost, send } from '../target/index.ts';

export interface Scrape {
  job: string;
  samples: ScrapedSample[];
  /** Why there are none but `up`. */
  failure?: string;
}

const timeoutMs = 5000;

/** Series of an exposition under a job, only of metrics whose names begin as asked. */
export function samplesOf(exposition: Exposition, job: string, prefixes: readonly string[]): ScrapedSample[] {
  return exposition.families
    .filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)))
    .flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => ({ series: { name, labels: { ...labels, job } }, value })),
    );
}

const up = (job: string, value: 0 | 1): ScrapedSample => ({ series: { name: 'up', labels: { job } }, value });

async function scrapeJob(
  job: string,
  url: string,
  prefixes: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Scrape> {
  try {
    const answer = await send(url, { timeoutMs, signal });
    if (answer.status !== 200) throw new Error(`${answer.url} answered ${answer.status}`);
    return { job, samples: [up(job, 1), ...samplesOf(parseExposition(answer.text), job, prefixes)] };
  } catch (thrown) {
    return { job, samples: [up(job, 0)], failure: messageOf(thrown) };
  }
}

async function askJob(job: string, url: string, signal: AbortSignal | undefined): Promise<Scrape> {
  try {
    const answer = await send(url, { timeoutMs, signal });
    if (answer.status >= 500) throw new Error(`${answer.url} answered ${answer.status}`);
    return { job, samples: [up(job, 1)] };
  } catch (thrown) {
    return { job, samples: [up(job, 0)], failure: messageOf(thrown) };
  }
}

/** This host in node_exporter's names, so that one expression serves both. */
async function scrapeHost(disk: string | undefined): Promise<Scrape> {
  const job = jobs.node;
  const sample = (name: string, value: number, labels: Record<string, string> = {}): ScrapedSample => ({
    series: { name, labels: { ...labels, job } },
    value,
  });
  try {
    const host = await readHost(disk === undefined ? {} : { disk });
    const cpus = os
      .cpus()
      .map(({ times }, cpu) =>
        sample('node_cpu_seconds_total', times.idle / 1000, { cpu: String(cpu), mode: 'idle' }),
      );
    const disks = host.disks.flatMap(({ mount, sizeBytes, availableBytes, usedRatio }) => {
      // df reckons used ÷ (used + available); what root keeps for itself counts as neither.
      const used = usedRatio < 1 ? (availableBytes * usedRatio) / (1 - usedRatio) : sizeBytes;
      const labels = { mountpoint: mount, device: mount, fstype: 'ext4' };
      return [
        sample('node_filesystem_size_bytes', sizeBytes, labels),
        sample('node_filesystem_free_bytes', sizeBytes - used, labels),
        sample('node_filesystem_avail_bytes', availableBytes, labels),
      ];
    });
    const memory = [
      sample('node_memory_MemAvailable_bytes', host.availableMemoryBytes),
      sample('node_memory_MemTotal_bytes', host.totalMemoryBytes),
    ];
    return { job, samples: [up(job, 1), ...memory, ...cpus, ...disks] };
  } catch (thrown) {
    return { job, samples: [up(job, 0)], failure: messageOf(thrown) };
  }
}

/** A service without metrics is only asked whether it answers; without a target nobody is asked. */
function scrapeTarget(
  target: TargetConfig,
  own: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Scrape>[] {
  const metricsUrl = metricsUrlOf(target);
  if (metricsUrl !== undefined) return [scrapeJob(jobs.orchestration, metricsUrl, own, signal)];
  return target.orchestration === '' ? [] : [askJob(jobs.orchestration, target.orchestration, signal)];
}

/** Scrapes everything the signals are made of, all at once; a part that fails is stale, never zero. */
export async function scrapeAll(
  target: TargetConfig,
  prefix: string,
  knowsHost: boolean,
  signal?: AbortSignal,
): Promise<Scrape[]> {
  const own = [`${prefix}_`];
  const node = ['node_memory_Mem', 'node_cpu_seconds_total', 'node_filesystem_'];
  return Promise.all([
    ...scrapeTarget(target, own, signal),
    ...(target.planner ? [scrapeJob(jobs.planner, `${target.planner}/metrics`, own, signal)] : []),
    ...(target.host?.nodeExporter
      ? [scrapeJob(jobs.node, `${target.host.nodeExporter}/metrics`, node, signal)]
      : []),
    ...(knowsHost && !target.host?.nodeExporter ? [scrapeHost(target.host?.disk)] : []),
  ]);
}
