import { openChannels } from '../../alerts/index.ts';
import type { VigilConfig } from '../../core/index.ts';
import { type Finding, look } from './finding.ts';

/** Each channel by itself, so that one missing secret doesn't hide another. */
export async function lookAtChannels(config: VigilConfig, folder: string): Promise<Finding[]> {
  const { channels } = config.notifications;
  if (channels.length === 0) {
    return [
      {
        subject: 'notifications',
        state: 'warning',
        detail: 'no channel is configured: nobody is told',
        hint: 'docs/configuration.md#notifications',
      },
    ];
  }
  return Promise.all(
    channels.map((channel) =>
      look(`notifications.${channel.name ?? channel.type}`, async () => {
        const one = { ...config, notifications: { channels: [channel], routes: [] } };
        const opened = openChannels(one, { folder, intervalMs: config.interval, print: () => {} });
        await Promise.all(opened.channels.map((each) => each.close?.()));
        return 'its secrets resolve; vigil monitor --test-notifications says whether it delivers';
      }),
    ),
  );
}
