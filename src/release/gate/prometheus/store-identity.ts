import { queryRange } from '../../../clients/index.ts';
import { limitsHash } from '../../../suite/index.ts';
import type { IdentityEvidence } from '../identity/identity-evidence.ts';
import type { ReleaseStory, SaidReleases } from '../identity/release-story.ts';
import type { GateSetup } from '../setup.ts';
import { narrowed, withinDeployment } from './own-series.ts';

const hourMs = 3_600_000;
/** A range of more steps is refused by Prometheus. */
const mostSteps = 5000;

/** What the services said of their releases at each step since an hour before the deployment, as all probes saw it. */
export async function releasesIn(
  url: string,
  {
    deployedMs,
    atMs,
    intervalMs,
    job,
    name,
  }: { deployedMs: number; atMs: number; intervalMs: number; job: string; name?: string | undefined },
): Promise<{ before: SaidReleases[]; since: SaidReleases[] }> {
  const fromMs = deployedMs - hourMs;
  const stepMs = Math.ceil(Math.max(1000, intervalMs, (atMs - fromMs) / mostSteps));
  const releases = narrowed(`vigil_release_info{job="${job}"}`, withinDeployment(name));
  const query = `max by (service, release) (${releases})`;
  const series = await queryRange(url, query, { fromMs, toMs: atMs, stepMs });
  const steps = new Map<number, Record<string, string[]>>();
  for (const { metric, points } of series) {
    const { service = '', release = '' } = metric;
    for (const { timeMs } of points) {
      const step = Math.round(timeMs);
      const said = steps.get(step) ?? {};
      said[service] = [...(said[service] ?? []), release];
      steps.set(step, said);
    }
  }
  const all: SaidReleases[] = [];
  for (let timeMs = fromMs; timeMs <= atMs; timeMs += stepMs) {
    all.push({ fromMs: timeMs, toMs: timeMs, releases: steps.get(Math.round(timeMs)) ?? {} });
  }
  return {
    before: all.filter((one) => one.fromMs < deployedMs),
    since: all.filter((one) => one.fromMs >= deployedMs),
  };
}

/** Whose evidence the probes of a store say that theirs is; the suite is not compared: each may run a shard of it. */
export function identityIn(
  infos: readonly { metric: Readonly<Record<string, string>> }[],
  setup: Pick<GateSetup, 'name' | 'table'>,
  atMs: number,
  release: ReleaseStory | undefined,
): IdentityEvidence {
  const { name } = setup;
  const own = limitsHash(setup.table);
  const known = infos.filter(({ metric }) => metric.name !== undefined && metric.thresholds !== undefined);
  const names = new Set(known.map(({ metric }) => metric.name ?? ''));
  const hashes = known.map(({ metric }) => metric.thresholds ?? '');
  const judgedBy = [...new Set(hashes)]
    .map((hash) => ({
      hash,
      criteria: undefined,
      cycles: hashes.filter((one) => one === hash).length,
      lastMs: atMs,
    }))
    .sort((a, b) => Number(b.hash === own) - Number(a.hash === own));
  return {
    name,
    others: name === undefined ? [] : [...names].filter((one) => one !== name),
    unidentified: infos.length - known.length,
    hash: own,
    criteria: undefined,
    judgedBy,
    release,
  };
}
