import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { spawnPrometheus } from '../fixtures/range/prometheus.ts';
import { checksOf, intervalSeconds, stages } from './configuration.ts';
import { type Decided, haltsOf } from './decided.ts';
import type { Shop } from './two-releases.ts';

const vigil = fileURLToPath(new URL('../bin/vigil.js', import.meta.url));

/** A real Prometheus that scrapes the shops of all releases, each by a file that is there while it is tried. */
export async function startPrometheus(folder: string) {
  const targets = path.join(folder, 'targets');
  mkdirSync(targets, { recursive: true });
  const config = path.join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: '1s' },
      scrape_configs: [
        { job_name: 'shop', file_sd_configs: [{ files: [`${targets}/*.json`], refresh_interval: '2s' }] },
      ],
    }),
  );
  const server = await spawnPrometheus(config, path.join(folder, 'data'));
  return {
    /** Scrapes the new release of a shop from now on. */
    scrape(name: string, { next }: Shop) {
      const groups = [{ targets: next.map(({ port }) => `127.0.0.1:${port}`), labels: { name } }];
      writeFileSync(path.join(targets, `${name}.json`), JSON.stringify(groups));
    },
    /** The value of a query; `undefined` where there is none. */
    async query(text: string): Promise<number | undefined> {
      const answer = await fetch(`${server.url}/api/v1/query?query=${encodeURIComponent(text)}`);
      const { data } = (await answer.json()) as { data?: { result: { value: [number, string] }[] } };
      const value = Number(data?.result[0]?.value[1] ?? Number.NaN);
      return Number.isNaN(value) ? undefined : value;
    },
    stop: server.stop,
  };
}

export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;

/** Seconds of the metrics that are looked at. */
const windowSeconds = 6;
const own = (name: string, more = '') => `{name="${name}",client="user"${more}}`;
const rate = (labels: string, window: string) =>
  `sum(rate(http_request_duration_seconds_count${labels}[${window}]))`;

/** Flagger’s two built-in metrics, as its documents have them, on the shop’s own. */
function queriesOf(name: string, pace: number) {
  const window = `${Math.round(windowSeconds * 1000 * pace)}ms`;
  const bucket = `http_request_duration_seconds_bucket${own(name)}[${window}]`;
  return {
    successRate: `${rate(own(name, ',status_code!~"5.."'), window)} / ${rate(own(name), window)} * 100`,
    p99: `histogram_quantile(0.99, sum by (le) (rate(${bucket}))) * ${1000 / pace}`,
  };
}

/** A canary analysis as Flagger does it: so many failed checks end it, and no value is a failed check. */
export function flaggerLike(threshold = 3) {
  let failed = 0;
  let halted: string | undefined;
  let decided: Decided | undefined;
  const said = haltsOf();
  return {
    measure(successRate: number | undefined, p99: number | undefined, atMs: number): void {
      if (decided) return;
      if (successRate === undefined)
        halted = 'Halt advancement no values found for metric request-success-rate';
      else if (successRate < 99) halted = `Halt advancement success rate ${successRate.toFixed(2)}% < 99%`;
      else if ((p99 ?? 0) > 500) halted = `Halt advancement request duration ${p99?.toFixed(0)}ms > 500ms`;
      else halted = undefined;
      said.note(halted !== undefined, atMs);
      if (halted) failed += 1;
      if (halted && failed >= threshold)
        decided = { decision: 'rolled back', atMs, line: halted, ...said.seen() };
    },
    end(atMs: number): Decided {
      if (decided) return decided;
      return { decision: halted ? 'held' : 'promoted', atMs, line: halted ?? '', ...said.seen() };
    },
  };
}

/** An analysis as in the documents of Argo Rollouts: a success rate of 95 %, three failures allowed, four errors in a row. */
export function argoLike(failureLimit = 3, consecutiveErrorLimit = 4) {
  let failed = 0;
  let errors = 0;
  let decided: Decided | undefined;
  const said = haltsOf();
  return {
    measure(successRate: number | undefined, atMs: number): void {
      if (decided) return;
      errors = successRate === undefined ? errors + 1 : 0;
      const isFailed = successRate !== undefined && successRate < 95;
      if (isFailed) failed += 1;
      said.note(isFailed, atMs);
      const line =
        failed > failureLimit
          ? `Metric "success-rate" assessed Failed due to failed (${failed}) > failureLimit (${failureLimit})`
          : `Metric "success-rate" assessed Error due to consecutiveErrors (${errors})`;
      if (failed > failureLimit || errors > consecutiveErrorLimit)
        decided = { decision: 'rolled back', atMs, line, ...said.seen() };
    },
    end: (atMs: number): Decided => decided ?? { decision: 'promoted', atMs, line: '', ...said.seen() },
  };
}

/** One run of the same five checks after the deployment, as a pipeline does it. */
async function smoke(shop: Shop, ca: string): Promise<Decided> {
  const config = path.join(shop.folder, 'smoke.config.json');
  writeFileSync(config, JSON.stringify(checksOf(shop, ca)));
  const { exitCode, stdout } = await execa(process.execPath, [vigil, 'monitor', '--config', config], {
    cwd: shop.folder,
    reject: false,
  });
  const atMs = Date.now();
  if (exitCode === 0) return { decision: 'promoted', atMs, line: '', wasHalted: false };
  const at = stdout.split('\n').findIndex((line) => /^\s+[✗?]/.test(line));
  return {
    decision: 'rolled back',
    atMs,
    wasHalted: true,
    line: stdout
      .split('\n')
      .slice(at, at + 2)
      .join(' ')
      .trim(),
  };
}

/** What others would decide of a release, in a shop whose traffic goes by the plan whatever they say. */
export async function decideByPolicies(
  name: string,
  shop: Shop,
  ca: string,
  prometheus: Prometheus,
  onStage: (percent: number) => void,
) {
  prometheus.scrape(name, shop);
  const { successRate, p99 } = queriesOf(name, shop.pace);
  const flagger = flaggerLike();
  const argo = argoLike();
  const smoked = smoke(shop, ca);
  for (const [index, { soakSeconds, percent }] of stages.entries()) {
    const before = stages[index - 1];
    const endMs = Date.now() + soakSeconds * 1000 * shop.pace;
    while (Date.now() < endMs) {
      await sleep(Math.min(intervalSeconds * 1000 * shop.pace, endMs - Date.now()));
      // An analysis begins when the new release has users.
      if (!before) continue;
      const rateNow = await prometheus.query(successRate);
      flagger.measure(rateNow, await prometheus.query(p99), Date.now());
      argo.measure(rateNow, Date.now());
    }
    if (percent === 100) break;
    await shop.front.set({ percent });
    onStage(percent);
  }
  const atMs = Date.now();
  return { smoke: await smoked, flagger: flagger.end(atMs), argo: argo.end(atMs) };
}
