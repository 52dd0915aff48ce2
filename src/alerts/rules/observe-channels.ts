import { formatDuration } from '../../core/index.ts';
import type { EngineRule, Observation } from '../engine/inputs.ts';
import type { EngineState } from '../engine/state.ts';
import { undelivered } from '../notify/routing.ts';
import type { ChannelStatistics } from '../notify/worker.ts';
import { runbookOfAlert } from './rule.ts';

/** How long a channel may deliver nothing while something waits, or was refused for good. */
const longestSilenceMs = 5 * 60_000;

/** The rule with one alert per channel that delivers nothing; it takes the other channels. */
export const undeliveredRule: EngineRule = {
  name: undelivered,
  labels: { severity: 'critical', priority: 'P1', signal: 'delivery' },
  forMs: 0,
  keepFiringMs: 0,
  onlyNew: false,
};

/** One reading per channel, and the end of the alerts of channels that are no longer configured. */
export function observeChannels(
  channels: Readonly<Record<string, ChannelStatistics>>,
  state: EngineState,
): Observation[] {
  const readings = Object.entries(channels).map(
    ([channel, { undeliveredSeconds }]): Observation => ({
      rule: undeliveredRule.name,
      labels: { channel },
      reading: {
        state: undeliveredSeconds * 1000 >= longestSilenceMs ? 'breached' : 'clear',
        value: undeliveredSeconds,
      },
    }),
  );
  const gone = Object.values(state.alerts).filter(
    ({ rule, labels }) =>
      rule === undeliveredRule.name && labels.channel !== undefined && !(labels.channel in channels),
  );
  return [
    ...readings,
    ...gone.map(({ rule, labels }): Observation => ({ rule, labels, reading: { state: 'gone' } })),
  ];
}

/** What a person is told of a channel that delivers nothing. */
export function undeliveredText(
  { labels, value = 0 }: { labels: Readonly<Record<string, string>>; value?: number | undefined },
  channels: Readonly<Record<string, ChannelStatistics>> = {},
) {
  const { channel = '' } = labels;
  const reason = channels[channel]?.reason;
  const since = formatDuration(Math.round(value) * 1000);
  return {
    summary: `channel ${channel} has delivered nothing for ${since}${reason ? `: ${reason}` : ''}`,
    next: 'check its address and its token: vigil monitor --test-notifications',
    runbook: runbookOfAlert(undelivered),
  };
}
