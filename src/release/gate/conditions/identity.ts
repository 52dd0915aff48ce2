import { criteriaDifferences, instanceCounts } from '../../../suite/index.ts';
import {
  type Found,
  fail,
  firstOf,
  isoTime,
  notConfigured,
  pass,
  type Subject,
  spanOf,
  startLoop,
  unknown,
} from '../condition.ts';
import { recoveryOf } from '../identity/identity-evidence.ts';
import type { ReleaseStory, UnrecordedChange } from '../identity/release-story.ts';
import { firstStageOf, soakOf, type TakenStage } from '../plan.ts';
import { decidingRollback, isBack, isTakenAway, type RecordedRollback } from '../rollbacks.ts';

/** A word of a command line for a shell. */
const quoted = (word: string): string =>
  /^[\w.:@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** How that release is recorded. */
export const recordCommand = (release: string): string => `vigil gate --deployed ${quoted(release)}`;

/** The change that nobody recorded, in words. */
export const changeText = ({ atMs, was, now }: UnrecordedChange): string =>
  `${now} in place of ${was} since ${isoTime(atMs)}, which nobody recorded`;

/** How many instances run which release, where several do: `3 of 5 instances on v2, 2 on v1`; else the ids. */
function mixedText({ seen, instances = {}, inForce }: ReleaseStory): string {
  const [first, ...others] = instanceCounts(instances, inForce) ?? [];
  return first === undefined ? firstOf(seen) : `${first}, ${firstOf(others)}`;
}

/** What the instances say in the newest cycle: `all 3 instances say v1`. */
function saidText(story: ReleaseStory): string {
  const [first = '', ...others] = story.seen;
  const count = story.instances?.[first] ?? 1;
  if (others.length > 0) return `found ${mixedText(story)}`;
  return count > 1 ? `all ${count} instances say ${first}` : `every instance says ${first}`;
}

/** That no instance says the release in force although a stage is taken; `undefined` where one does. */
export function missingRelease(
  story: ReleaseStory | undefined,
  taken: readonly TakenStage[],
): Found | undefined {
  if (!story?.isMissing) return undefined;
  const { inForce, lastSeenMs } = story;
  const since =
    lastSeenMs === undefined
      ? `the first stage was taken at ${isoTime(firstStageOf(taken) ?? 0)}`
      : isoTime(lastSeenMs);
  return unknown(`expected an instance that says ${inForce}, none has since ${since}; ${saidText(story)}`, {
    cause: `no instance says ${inForce}`,
    next: `deploy ${inForce}, or see whether services.<name>.instances lead to it; record it again when it is out: ${recordCommand(inForce)}`,
  });
}

/** What the services say once the release was rolled back: the previous one is expected, everywhere. */
function afterRollback(story: ReleaseStory, release: string, { endedMs = 0 }: RecordedRollback): Found {
  const said = `${release} was rolled back (${isoTime(endedMs)})`;
  const isStillThere = story.inForce === release && story.seen.includes(release);
  if (!isStillThere || (story.lastSeenMs ?? 0) <= endedMs) {
    const now = story.seen.includes(release) ? 'no cycle has asked since' : saidText(story);
    return pass(`${said}, so no instance has to say it; ${now}`);
  }
  return fail(`${said}, expected no instance that says it; ${saidText(story)}`, {
    cause: `instances still say ${release}`,
    next: 'bring the previous release back on every instance',
  });
}

/** The services say the release that is recorded, or below 100 % the one before it. */
export function sameRelease({ recorded, standing, plan, recoveryMs, to, atMs }: Subject): Found {
  const story = recorded.identity?.release;
  if (!standing || !story) return unknown('no deployment is recorded', { next: recordCommand('RELEASE') });
  if (story.seen.length === 0 && story.silentSinceMs === undefined) {
    if (recorded.newest) return notConfigured('no service says its release id');
    return unknown('no cycle since the deployment has asked for it', {
      cause: 'no cycle has ended since the deployment',
      next: startLoop,
    });
  }
  const rollback = decidingRollback(recorded.rollbacks);
  if (isBack(rollback)) return afterRollback(story, standing.release, rollback);
  const { anew, mix, silentSinceMs, seen, inForce, lastSeenMs } = story;
  if (mix) {
    const what =
      mix.ids.length > 1
        ? `mixed releases: ${seen.length > 1 ? mixedText(story) : firstOf(mix.ids)}`
        : `every instance says ${mix.ids[0]}, not ${inForce}`;
    return fail(`${what}, last seen at ${isoTime(mix.lastMs)} with 100 % of the traffic on ${inForce}`, {
      next: `deploy ${inForce} on every instance, or record the release that runs: vigil gate --deployed RELEASE`,
      askAgainAtMs: mix.lastMs + recoveryOf(plan, recoveryMs),
    });
  }
  if (silentSinceMs !== undefined) {
    return unknown(
      `no service says its release id since ${isoTime(silentSinceMs)}; before it was ${inForce}`,
      {
        next: 'check which release runs: an instance that stopped reporting its release id may run another one',
      },
    );
  }
  const missing = isTakenAway(rollback) ? undefined : missingRelease(story, recorded.taken);
  if (missing) return missing;
  const soakMs = soakOf(plan, to);
  if (anew && atMs - anew.atMs < soakMs) {
    return unknown(`${changeText(anew)}: the soak time began anew then`, {
      next: `record it: ${recordCommand(anew.now)}; or let ${spanOf(soakMs)} pass with it`,
      askAgainAtMs: anew.atMs + soakMs,
    });
  }
  if (anew) return pass(`${changeText(anew)}; the soak time has passed since`);
  if (!seen.includes(inForce)) {
    return pass(
      lastSeenMs === undefined
        ? `${saidText(story)}; ${inForce} is not out yet, which may be so before the first stage only`
        : `${firstOf(seen)} in the newest cycle; ${inForce} last seen at ${isoTime(lastSeenMs)}`,
    );
  }
  return pass(seen.length > 1 ? `${mixedText(story)}, both expected below 100 %` : inForce);
}

/** The cycles were judged by the suite and the thresholds that this gate has. */
export function sameCriteria({ recorded, window, windowMs, acceptThresholds }: Subject): Found {
  if (!recorded.identity) return unknown('no cycle names the suite and thresholds that judged it');
  const { unidentified, hash, criteria, judgedBy } = recorded.identity;
  const since = isoTime(window.fromMs);
  if (!(unidentified === 0)) {
    const cycles = `${unidentified} cycle${unidentified === 1 ? '' : 's'}`;
    return unknown(`${cycles} since ${since} do not say by which suite and thresholds they were judged`, {
      next: `they are of an earlier Vigil: record the deployment again: ${recordCommand(recorded.deployment?.release ?? 'RELEASE')}`,
    });
  }
  const newest = judgedBy.at(-1);
  if (hash === undefined || !newest)
    return unknown(`no cycle since ${since} says by what it was judged`, {
      next: startLoop,
    });
  const other = judgedBy.filter((one) => one.hash !== hash);
  const last = other.at(-1);
  if (!last) return pass('as this gate has them');
  const cycles = other.reduce((sum, one) => sum + one.cycles, 0);
  const all = judgedBy.reduce((sum, one) => sum + one.cycles, 0);
  const difference =
    criteria && last.criteria
      ? `${cycles} of ${all} cycles were judged by others: ${firstOf(criteriaDifferences(criteria, last.criteria))}`
      : `${cycles} of ${all} watches judge by other thresholds; vigil doctor --explain shows those of a configuration`;
  if (acceptThresholds) return pass(`accepted: ${difference}`);
  return unknown(difference, {
    next: 'let the loop judge by this configuration, or accept the difference: --accept-thresholds',
    // Only when the loop judges as this gate does is time all that it takes.
    askAgainAtMs: newest === last ? undefined : last.lastMs + windowMs,
  });
}
