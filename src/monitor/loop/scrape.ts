import { createHash } from 'node:crypto';
import os from 'node:os';
import { jobs } from '../../alerts/index.ts';
import {
  type Exposition,
  endpointsOf,
  instanceText,
  type Labels,
  mustBeWell,
  readHost,
  type ServiceEndpoint,
  type Witness,
} from '../../clients/index.ts';
import {
  inTurns,
  messageOf,
  type ServiceConfig,
  type TargetConfig,
  type Traffic,
  trafficOf,
  VigilError,
  watchesGenesis,
} from '../../core/index.ts';
import type { ScrapedSample } from '../../history/index.ts';
import { type AskLimits, scrape } from '../cycle/ask-service.ts';
import { askedPaths, countsPaths, type OwnRequests } from '../cycle/own-requests.ts';
import { routeDurationSamples } from './route-durations.ts';
import { routeSamples, startSamples, trafficSamples } from './traffic-samples.ts';

export interface Scrape {
  job: string;
  /** Which instance of which service, as a person reads it; the job where it is none. */
  name?: string;
  samples: ScrapedSample[];
  /** Why there are none but `up`. */
  failure?: string;
  /** Whether it answered, with more than we read. */
  isRefused?: boolean;
}

/** A scrape ends with its interval, as Prometheus has it, after 5 s at the latest; a second it has always. */
const scrapeTimeoutMs = (sampleMs: number): number => Math.min(5000, Math.max(1000, sampleMs));

/** What a scrape is told besides its address. */
interface ScrapeOptions {
  /** Of the deployment's own families. */
  prefix: string;
  /** Only metrics whose names begin so. */
  prefixes: readonly string[];
  /** None of these: only the watch itself may say what it saw. */
  except: readonly string[];
  /** How many series there may be; the reader's own limit without it. */
  sampleLimit: number | undefined;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  /** Takes secrets out of a label's value. */
  redact: (text: string) => string;
  /** Where live traffic is counted; none where it is not, `all` of the prefixes where every family counts. */
  traffic: Traffic | 'all' | undefined;
  /** Labels by which the operations are told apart besides. */
  keep: readonly string[];
  /** The service that is scraped, and who counts what is asked of it. */
  service?: ServiceConfig | undefined;
  ownRequests?: Pick<OwnRequests, 'tellsPaths'> | undefined;
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

/** Series of an exposition under the labels of what was scraped, only of metrics whose names begin as asked. */
function* samplesOf(
  exposition: Exposition,
  own: Record<string, string>,
  options: ScrapeOptions,
): Generator<undefined, ScrapedSample[]> {
  const families = exposition.families
    .filter(({ name }) => options.prefixes.some((prefix) => name.startsWith(prefix)))
    .filter(({ name }) => !options.except.some((prefix) => name.startsWith(prefix)));
  const scraped: ScrapedSample[] = [];
  for (const { samples } of families) {
    for (const { name, labels, value } of samples) {
      scraped.push({ series: { name, labels: { ...cleanLabels(labels, options), ...own } }, value });
      if (scraped.length % 100 === 0) yield;
    }
  }
  return scraped;
}

const up = (labels: Record<string, string>, value: 0 | 1): ScrapedSample => ({
  series: { name: 'up', labels },
  value,
});

type Read = () => Promise<ScrapedSample[]>;

async function scraped(labels: Record<string, string> & { job: string }, read: Read): Promise<Scrape> {
  const { job } = labels;
  try {
    return { job, samples: [up(labels, 1), ...(await read())] };
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    const isRefused = cause instanceof VigilError && cause.code === 'EXPOSITION_TOO_LARGE';
    return { job, samples: [up(labels, 0)], failure: messageOf(thrown), isRefused };
  }
}

const askingOf = ({ signal, sampleLimit, timeoutMs }: ScrapeOptions): AskLimits => ({
  timeoutMs,
  signal,
  sampleLimit,
});

async function seriesAt(
  { url, headers }: { url: string; headers?: Record<string, string> },
  labels: Record<string, string>,
  options: ScrapeOptions,
): Promise<ScrapedSample[]> {
  const asking = askingOf(options);
  const exposition = await scrape(url, headers === undefined ? asking : { ...asking, headers });
  const { traffic, keep, service, ownRequests } = options;
  if (traffic === 'all') return inTurns(samplesOf(exposition, labels, options));
  const starts = startSamples(exposition, labels);
  if (traffic?.kind !== 'metrics') return starts;
  if (service) ownRequests?.tellsPaths(service.name, countsPaths(exposition, traffic));
  const ownPaths = service ? askedPaths(service) : [];
  const clean = (own: Labels) => cleanLabels(own, options);
  return [
    ...starts,
    ...trafficSamples(exposition, traffic, labels, clean, keep, ownPaths),
    ...routeSamples(exposition, traffic, labels, clean, ownPaths),
    ...routeDurationSamples(exposition, traffic, labels, clean, ownPaths),
  ];
}

/** One instance: its metrics where there are any, and whether it says that it is well. */
async function scrapeEndpoint(endpoint: ServiceEndpoint, options: ScrapeOptions): Promise<Scrape> {
  const { labels, metrics } = endpoint;
  const one = await scraped(labels, async () => {
    await mustBeWell(endpoint, askingOf(options));
    return metrics === undefined ? [] : seriesAt(metrics, labels, options);
  });
  return { ...one, name: instanceText(endpoint) };
}

/** Every instance of a service; one whose instances can't be found is down as a whole. */
async function scrapeService(service: ServiceConfig, options: ScrapeOptions): Promise<Scrape[]> {
  const { traffic } = service;
  const own: ScrapeOptions = {
    ...options,
    service,
    sampleLimit: service.sampleLimit ?? options.sampleLimit,
    traffic: watchesGenesis({ services: [service] }) ? 'all' : traffic && trafficOf(traffic, options.prefix),
  };
  try {
    const endpoints = await endpointsOf(service, askingOf(options));
    return await Promise.all(endpoints.map((endpoint) => scrapeEndpoint(endpoint, own)));
  } catch (thrown) {
    const { job, name } = service;
    return [{ job, name, samples: [up({ job, service: name }, 0)], failure: messageOf(thrown) }];
  }
}

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

/** Scrapes everything the signals are made of, all at once; a part that fails is stale, never zero. */
export async function scrapeAll(
  services: readonly ServiceConfig[],
  target: Pick<TargetConfig, 'host' | 'sampleLimit'>,
  prefix: string,
  knowsHost: boolean,
  signal?: AbortSignal,
  redact: ScrapeOptions['redact'] = (text) => text,
  {
    keep = [],
    ownRequests,
    sampleMs = 5000,
  }: Partial<Pick<ScrapeOptions, 'keep' | 'ownRequests'>> & { sampleMs?: number } = {},
): Promise<Scrape[]> {
  const except = [`${prefix}_test_pass_rate`, `${prefix}_tests_`];
  const { sampleLimit, host } = target;
  const own: ScrapeOptions = {
    prefixes: [`${prefix}_`],
    prefix,
    except,
    sampleLimit,
    timeoutMs: scrapeTimeoutMs(sampleMs),
    signal,
    redact,
    traffic: 'all',
    keep,
    ownRequests,
  };
  const node = { ...own, prefixes: ['node_memory_Mem', 'node_cpu_seconds_total', 'node_filesystem_'] };
  const labels = { job: jobs.node };
  const hosts: Promise<Scrape>[] = [];
  if (host?.nodeExporter) {
    const url = `${host.nodeExporter}/metrics`;
    hosts.push(scraped(labels, () => seriesAt({ url }, labels, node)));
  } else if (knowsHost) {
    hosts.push(scraped(labels, () => hostSamples(host?.disk)));
  }
  const ofServices = services.map((service) => scrapeService(service, own));
  return [...(await Promise.all(ofServices)).flat(), ...(await Promise.all(hosts))];
}

/** What was scraped; nothing of what did not answer where it is the watch that is cut off. */
export async function unlessCutOff(
  scrapes: readonly Scrape[],
  witness: Pick<Witness, 'isCutOff'> | undefined,
): Promise<readonly Scrape[]> {
  const hasFailure = scrapes.some(({ failure, isRefused }) => failure !== undefined && !isRefused);
  if (!(await witness?.isCutOff(hasFailure))) return scrapes;
  return scrapes.map((one) => (one.failure === undefined ? one : { ...one, samples: [] }));
}
