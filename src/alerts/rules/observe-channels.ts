import { formatDuration } from '../../core/index.ts';
import { immediateRule } from '../engine/immediate-rule.ts';
import type { Observation } from '../engine/inputs.ts';
import type { EngineState } from '../engine/state.ts';
import { undelivered } from '../notify/routing.ts';
import type { ChannelStatistics } from '../notify/worker.ts';
import { goneReadings } from './gone.ts';
import { runbookOfAlert } from './rule.ts';

/** How long a channel may deliver nothing while something waits, or was refused for good. */
const longestSilenceMs = 5 * 60_000;

/** The rule with one alert per channel that delivers nothing; it takes the other channels. */
export const undeliveredRule = immediateRule(undelivered, {
  severity: 'critical',
  priority: 'P1',
  signal: 'delivery',
});

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
  const isThere = ({ channel }: Readonly<Record<string, string>>) =>
    channel === undefined || channel in channels;
  return [...readings, ...goneReadings(state, undeliveredRule.name, isThere)];
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
