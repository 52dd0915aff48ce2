import { type SaidRelease, saidReleases } from '../../clients/index.ts';
import { oneLine, shortened, targetIdOf, type VigilConfig } from '../../core/index.ts';
import type { HistoryReader } from '../../history/index.ts';
import type { RollbackType } from './runs/run.ts';

/** How far back is looked for the releases that were there before a deployment. */
const beforeMs = 7 * 24 * 3_600_000;
const mostCharacters = 80;

/** What brings another release back; the others bring back what no instance says. */
const bringRelease: readonly RollbackType[] = ['git', 'backup'];

/** The releases that were there before the newest deployment: as the services said them, and as `rollback.release` names it. */
function releasesBefore(config: VigilConfig, history: HistoryReader, deployedMs: number): Set<string> {
  const range = { fromMs: deployedMs - beforeMs, toMs: deployedMs - 1, targetId: targetIdOf(config) };
  const said = history
    .identities(range)
    .flatMap(({ identity }) => Object.values(identity?.releases ?? {}))
    .flatMap((ids) => ids ?? []);
  const { release } = config.rollback ?? {};
  return new Set(release === undefined ? said : [...said, release]);
}

/**
 * Why there is nothing to roll back, by what every instance says: all of them run a release of before the newest
 * deployment. `undefined` where one does not answer or says another one, which may be the deployed one by another name.
 */
export function nothingToRollBack(
  config: VigilConfig,
  history: HistoryReader,
  said: readonly SaidRelease[],
): string | undefined {
  const deployment = history.deployments(0, Date.now()).at(-1);
  const ids = said.flatMap((one) => ('release' in one ? [one.release] : []));
  if (!deployment || ids.length === 0 || ids.length < said.length) return undefined;
  const before = releasesBefore(config, history, deployment.timeMs);
  if (ids.some((id) => id === deployment.release || !before.has(id))) return undefined;
  const shown = [...new Set(ids)].sort().map((id) => shortened(oneLine(id), mostCharacters));
  return `nothing to roll back: every instance says ${shown.join(', ')}`;
}

/**
 * Asks every instance now whether the newest deployment was taken back already. Never throws. `undefined` in place of the
 * question where that can't be known: a rollback brings back more than a release, or a service names no `instances`, so that
 * nobody knows how many are behind its address.
 */
export function askTakenBack(
  config: VigilConfig,
  history: HistoryReader,
): (() => Promise<string | undefined>) | undefined {
  const { services, rollback } = config;
  const isOfRelease = rollback?.options.every((type) => bringRelease.includes(type)) ?? false;
  const isListed = services.length > 0 && services.every(({ instances }) => instances !== undefined);
  if (!isOfRelease || !isListed) return undefined;
  return async () => {
    try {
      const said = await Promise.all(services.map((service) => saidReleases(service)));
      return nothingToRollBack(config, history, said.flat());
    } catch {
      return undefined; // instances that can't be found may run the release
    }
  };
}
