import { immediateRule } from '../engine/immediate-rule.ts';
import type { Observation } from '../engine/inputs.ts';
import type { EngineState } from '../engine/state.ts';
import { goneReadings } from './gone.ts';
import { runbookOfAlert } from './rule.ts';

/** Whether an instance of a service runs the release that it must; `undefined` where it did not say which it runs. */
export interface InstanceRelease {
  service: string;
  instance: string | undefined;
  isExpected: boolean | undefined;
}

/** The rule with one alert per instance that runs another release than the configuration expects. */
export const releaseRule = immediateRule('UnexpectedRelease', {
  severity: 'warning',
  priority: 'P2',
  signal: 'release',
});

const labelsOf = ({ service, instance }: InstanceRelease): Record<string, string> =>
  instance === undefined ? { service } : { service, instance };

const stateOf = ({ isExpected }: InstanceRelease) =>
  isExpected === undefined ? 'unknown' : isExpected ? 'clear' : 'breached';

/** One reading per instance of a cycle, and the end of the alerts of those that are no longer there. */
export function observeReleases(instances: readonly InstanceRelease[], state: EngineState): Observation[] {
  const readings = instances.map(
    (one): Observation => ({
      rule: releaseRule.name,
      labels: labelsOf(one),
      reading: { state: stateOf(one) },
    }),
  );
  // Of a service whose instances could not be found nobody knows which are left.
  const isThere = ({ service, instance }: Readonly<Record<string, string>>) =>
    instances.some(
      (one) =>
        one.service === service &&
        (one.instance === instance || (one.instance === undefined && one.isExpected === undefined)),
    );
  return [...readings, ...goneReadings(state, releaseRule.name, isThere)];
}

/** What a person is told of an instance on another release. */
export function unexpectedReleaseText({ labels }: { labels: Readonly<Record<string, string>> }) {
  const { service = '', instance } = labels;
  const at = instance === undefined ? '' : ` at ${instance}`;
  return {
    summary: `${service}${at} runs another release than expected`,
    next: 'vigil monitor names the release of each instance; deploy the expected one there, or correct release.expected',
    runbook: runbookOfAlert(releaseRule.name),
  };
}
