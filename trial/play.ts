import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from './certificates.ts';
import { intervalSeconds, stages } from './configuration.ts';
import type { Decided } from './decided.ts';
import { slower } from './pace.ts';
import { decideByPolicies, type Prometheus } from './policies.ts';
import type { Around, Release } from './releases/release.ts';
import { type Met, startTraffic } from './traffic.ts';
import { openShop, type Shop } from './two-releases.ts';
import { openWatch, type TrialWatch } from './watch.ts';

export const others = ['smoke', 'flagger', 'argo'] as const;
export type Policy = 'vigil' | (typeof others)[number];

/** What became of a release under one policy. */
export interface Verdict extends Decided {
  /** Seconds from when the fault was first to be seen until it was said not to go on. */
  seconds: number | undefined;
  /** The same in cycles, or in measurements of the others. */
  cycles: number | undefined;
  /** Seconds until the rollback began, where one did. */
  rollbackSeconds: number | undefined;
  /** Share of the users that met the fault until then. */
  users: number;
  namesCause: boolean;
}

/** What became of a release. */
export interface Outcome extends Pick<Release, 'name' | 'bad' | 'what' | 'made' | 'shownBy'> {
  verdicts: Partial<Record<Policy, Verdict>> & { vigil: Verdict };
  /** How a rollback of Vigil’s ended. */
  rollback: string | undefined;
}

export interface PlayOptions {
  folder: string;
  certificates: Certificates;
  seed: number;
  /** How long a second lasts, in seconds: more than 1 on a machine that is busy with something else. */
  pace: number;
  /** By which others decide in a shop of their own; without it nobody does. */
  prometheus?: Prometheus | undefined;
}

/** What happens around a release, at its times, in one shop; each time is counted from its stage. */
function happenings(release: Release, shop: Shop, cut?: (isCut: boolean) => void) {
  const start = async (around: Around) => {
    await sleep(around.atSeconds * 1000);
    if (release.bad) shop.noteFault();
    if (around.does !== 'watch has no network') return shop.happen(around);
    cut?.(true);
    await sleep((around.forSeconds ?? 0) * 1000);
    cut?.(false);
  };
  return (percent: number) => {
    for (const one of release.around ?? [])
      if ((one.fromPercent ?? 0) === percent) void start(one).catch(() => undefined);
  };
}

/** Vigil decides on a release: the gate is asked before each step, and a rollback may come at any time. */
async function decideByVigil(shop: Shop, watch: TrialWatch, reached: (percent: number) => void) {
  await watch.deployed('v2');
  reached(0);
  let decided: Decided | undefined;
  for (const { percent, soakSeconds } of stages) {
    decided = await watch.ask(percent, 2 * soakSeconds);
    if (decided || percent === 100) break;
    await shop.front.set({ percent });
    reached(percent);
  }
  const rollback = watch.rollbackOf() ? await watch.rolledBack() : undefined;
  const { wasHalted } = watch.seen();
  const promoted: Decided = { decision: 'promoted', atMs: Date.now(), line: '', wasHalted };
  return { decided: decided ?? promoted, rollback };
}

/** What a decision meant for the users of its shop. */
function verdictOf(
  { bad, cause }: Release,
  decided: Decided,
  shop: Shop,
  { users, faults }: Met,
  cyclesIn: (fromMs: number, toMs: number) => number,
  untilMs = Number.POSITIVE_INFINITY,
): Verdict {
  const met = [...faults.values()].filter((atMs) => atMs <= untilMs);
  const faultMs = bad ? shop.firstFaultMs() : undefined;
  const haltedMs = decided.haltedMs ?? decided.atMs;
  const secondsTo = (atMs: number) =>
    faultMs === undefined ? undefined : Math.max(0, atMs - faultMs) / 1000;
  return {
    ...decided,
    seconds: secondsTo(haltedMs),
    cycles: faultMs === undefined ? undefined : cyclesIn(faultMs, haltedMs),
    rollbackSeconds: decided.decision === 'rolled back' ? secondsTo(decided.atMs) : undefined,
    users: bad && users.size > 0 ? met.length / users.size : 0,
    namesCause: cause?.test(decided.line) ?? false,
  };
}

/** The shop of the others, and what they decide there. */
async function openShopOfOthers(release: Release, { folder, certificates, pace, prometheus }: PlayOptions) {
  if (!prometheus) return undefined;
  const shop = await openShop(path.join(folder, release.name, 'others'), {
    certificates,
    pace,
    before: release.before,
  });
  return {
    shop,
    async decide() {
      const reached = happenings(release, shop);
      reached(0);
      return decideByPolicies(release.name, shop, certificates.ca, prometheus, reached);
    },
    /** A rollback of theirs is thought of at once. */
    verdicts(decided: Record<(typeof others)[number], Decided>, met: Met) {
      const measurements = (fromMs: number, toMs: number) =>
        Math.max(0, Math.ceil((toMs - fromMs) / (intervalSeconds * 1000 * pace)));
      const verdict = (one: Decided) =>
        verdictOf(
          release,
          one,
          shop,
          met,
          measurements,
          one.decision === 'rolled back' ? one.atMs : undefined,
        );
      return {
        smoke: verdict(decided.smoke),
        flagger: verdict(decided.flagger),
        argo: verdict(decided.argo),
      };
    },
  };
}

/** Tries one release: Vigil in one shop, the rules that others use in another, the same users in both. */
export async function play(given: Release, options: PlayOptions): Promise<Outcome> {
  const { certificates, seed, pace } = options;
  const { ca } = certificates;
  const release = slower(given, pace);
  const folder = path.join(options.folder, release.name);
  mkdirSync(folder, { recursive: true });
  const [ours, others] = await Promise.all([
    openShop(path.join(folder, 'vigil'), { certificates, pace, before: release.before }),
    openShopOfOthers(release, options),
  ]);
  const shops = others ? [ours, others.shop] : [ours];
  const fronts = shops.map(({ front }) => front.url);
  const traffic = startTraffic(fronts, ca, {
    kind: release.traffic ?? 'steady',
    visitors: release.visitors,
    seed,
    pace,
  });
  const isCuttable = release.around?.some(({ does }) => does === 'watch has no network') ?? false;
  const watch = await openWatch(ours, ca, isCuttable);
  try {
    await watch.deployed('v1');
    await watch.watches();
    await Promise.all(shops.map((shop) => shop.deploy(release)));
    traffic.deployed();
    const [{ decided, rollback }, decidedByOthers] = await Promise.all([
      decideByVigil(ours, watch, happenings(release, ours, watch.cut)),
      others?.decide(),
    ]);
    const [met, metByOthers] = traffic.met as [Met, Met];
    const { name, bad, what, made, shownBy } = release;
    return {
      name,
      bad,
      what,
      made,
      shownBy,
      verdicts: {
        vigil: verdictOf(release, decided, ours, met, watch.cyclesIn),
        ...(decidedByOthers && others?.verdicts(decidedByOthers, metByOthers)),
      },
      rollback,
    };
  } finally {
    await traffic.stop();
    await watch.stop();
    await Promise.all(shops.map((shop) => shop.stop()));
  }
}
