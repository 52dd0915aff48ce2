import { createHash } from 'node:crypto';
import os from 'node:os';
import { jobs } from '../../alerts/index.ts';
import { type Exposition, type Labels, readHost } from '../../clients/index.ts';
import { inTurns, messageOf, metricsUrlOf, type TargetConfig, VigilError } from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import { mustAnswer, scrape } from '../cycle/ask-service.ts';

export interface Scrape {
  job: string;
  samples: ScrapedSample[];
  /** Why there are none but `up`. */
  failure?: string;
  /** Whether it answered, with more than we read. */
  isRefused?: boolean;
}

const timeoutMs = 5000;

/** What a scrape is told besides its address. */
interface ScrapeOptions {
  /** Only metrics whose names begin so. */
  prefixes: readonly string[];
  /** None of these: only the watch itself may say what it saw. */
  except: readonly string[];
  /** How many series there may be; the reader's own limit without it. */
  sampleLimit: number | undefined;
  signal: AbortSignal | undefined;
  /** Takes secrets out of a label's value. */
  redact: (text: string) => string;
}

/** Values that only differed in what was taken out of them stay different, or two series would become one. */
function cleanLabels(labels: Labels, { redact }: ScrapeOptions): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      const clean = redact(value);
      if (clean === value) return [name, value];
      return [name, `${clean} ${createHash('sha256').update(value).digest('hex').slice(0, 6)}`];
    }),
  );
}

/** Series of an exposition under a job, only of metrics whose names begin as asked. */
function* samplesOf(
  exposition: Exposition,
  job: string,
  options: ScrapeOptions,
): Generator<undefined, ScrapedSample[]> {
  const families = exposition.families
    .filter(({ name }) => options.prefixes.some((prefix) => name.startsWith(prefix)))
    .filter(({ name }) => !options.except.some((prefix) => name.startsWith(prefix)));
  const scraped: ScrapedSample[] = [];
  for (const { samples } of families) {
    for (const { name, labels, value } of samples) {
      scraped.push({ series: { name, labels: { ...cleanLabels(labels, options), job } }, value });
      if (scraped.length % 100 === 0) yield;
    }
  }
  return scraped;
}

const up = (job: string, value: 0 | 1): ScrapedSample => ({ series: { name: 'up', labels: { job } }, value });

async function scraped(job: string, read: () => Promise<ScrapedSample[]>): Promise<Scrape> {
  try {
    return { job, samples: [up(job, 1), ...(await read())] };
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    const isRefused = cause instanceof VigilError && cause.code === 'EXPOSITION_TOO_LARGE';
    return { job, samples: [up(job, 0)], failure: messageOf(thrown), isRefused };
  }
}

const scrapeJob = (job: string, url: string, options: ScrapeOptions) =>
  scraped(job, async () => {
    const { signal, sampleLimit } = options;
    return inTurns(samplesOf(await scrape(url, { timeoutMs, signal, sampleLimit }), job, options));
  });

/** This host in node_exporter's names, so that one expression serves both. */
async function hostSamples(disk: string | undefined): Promise<ScrapedSample[]> {
  const job = jobs.node;
  const sample = (name: string, value: number, labels: Record<string, string> = {}): ScrapedSample => ({
    series: { name, labels: { ...labels, job } },
    value,
  });
  const host = await readHost({ disk });
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
  return [...memory, ...cpus, ...disks];
}

/** A service without metrics is only asked whether it answers; without a target nobody is asked. */
function scrapeTarget(target: TargetConfig, own: ScrapeOptions): Promise<Scrape>[] {
  const job = jobs.orchestration;
  const metricsUrl = metricsUrlOf(target);
  if (metricsUrl !== undefined) return [scrapeJob(job, metricsUrl, own)];
  if (target.orchestration === '') return [];
  const answers = () => mustAnswer(target.orchestration, { timeoutMs, signal: own.signal });
  return [scraped(job, () => answers().then(() => []))];
}

/** Scrapes everything the signals are made of, all at once; a part that fails is stale, never zero. */
export async function scrapeAll(
  target: TargetConfig,
  prefix: string,
  knowsHost: boolean,
  signal?: AbortSignal,
  redact: ScrapeOptions['redact'] = (text) => text,
): Promise<Scrape[]> {
  const except = [`${prefix}_test_pass_rate`, `${prefix}_tests_`];
  const { sampleLimit } = target;
  const own: ScrapeOptions = { prefixes: [`${prefix}_`], except, sampleLimit, signal, redact };
  const node = { ...own, prefixes: ['node_memory_Mem', 'node_cpu_seconds_total', 'node_filesystem_'] };
  return Promise.all([
    ...scrapeTarget(target, own),
    ...(target.planner ? [scrapeJob(jobs.planner, `${target.planner}/metrics`, own)] : []),
    ...(target.host?.nodeExporter ? [scrapeJob(jobs.node, `${target.host.nodeExporter}/metrics`, node)] : []),
    ...(knowsHost && !target.host?.nodeExporter
      ? [scraped(jobs.node, () => hostSamples(target.host?.disk))]
      : []),
  ]);
}
