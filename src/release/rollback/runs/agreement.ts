import { namingOf, testsJob } from '../../../alerts/index.ts';
import { queryInstant } from '../../../clients/index.ts';
import { formatDuration, type VigilConfig } from '../../../core/index.ts';
import { quorumStoreOf } from '../../gate/prometheus/ask-evidence.ts';
import { isFreshAge } from '../../gate/prometheus/judge-probes.ts';
import { narrowed, withinDeployment } from '../../gate/prometheus/own-series.ts';
import { probeOf } from '../../gate/prometheus/probe-states.ts';

/** A cycle that ended longer ago than this many intervals proves nothing of now. */
const freshIntervals = 2;

/** Why the probes do not agree that a trigger calls for a rollback; `undefined` when enough of them do. */
export type AskAgreement = (trigger: string) => Promise<string | undefined>;

/** Asks the store what all probes say of a trigger; `undefined` where one Vigil watches and decides alone. */
export function agreementOf(config: VigilConfig): AskAgreement | undefined {
  const store = quorumStoreOf(config);
  if (!store) return undefined;
  const { url, quorum, probes = [] } = store;
  const job = testsJob(namingOf(config));
  const freshMs = freshIntervals * config.interval;
  return async (trigger) => {
    const own = (metric: string, more = '') =>
      narrowed(`${metric}{job="${job}"${more}}`, withinDeployment(config.name));
    const [ages, required] = await Promise.all([
      // By the clock of the store: that of one of the machines may be wrong.
      queryInstant(url, `time() - ${own('vigil_last_cycle_timestamp_seconds')}`),
      queryInstant(url, own('vigil_rollback_required', `,trigger=${JSON.stringify(trigger)}`)),
    ]);
    const fresh = new Set(
      ages.filter(({ value }) => isFreshAge(value * 1000, freshMs)).map(({ metric }) => probeOf(metric)),
    );
    const unseen = probes.filter((probe) => !fresh.has(probe));
    if (unseen.length > 0)
      return `unknown: ${unseen.join(', ')} ended no cycle within ${formatDuration(freshMs)}`;
    const saying = new Set(
      required
        .filter(({ metric, value }) => value > 0 && fresh.has(probeOf(metric)))
        .map(({ metric }) => probeOf(metric)),
    );
    if (saying.size >= quorum) return undefined;
    return `only ${saying.size} of ${probes.length} probes see it, ${quorum} must`;
  };
}
