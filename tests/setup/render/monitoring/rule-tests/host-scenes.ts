import { type Act, type Scene, type Stage, scraped } from './scene.ts';
import { counterSeries, gaugeSeries } from './series.ts';

const size = 1_000_000;
const { node } = scraped;

/** So much of the host's memory is in use. */
export const memoryScene: Scene = {
  labels: {},
  isRate: false,
  series: (acts) => [
    gaugeSeries(
      'node_memory_MemTotal_bytes',
      node,
      acts.map(({ samples }) => ({ samples, value: size })),
    ),
    gaugeSeries(
      'node_memory_MemAvailable_bytes',
      node,
      acts.map(({ samples, value }) => ({ samples, value: size * (1 - value) })),
    ),
  ],
};

/** So much of the host's cores is in use. */
export const cpuScene = ({ scrapeSeconds, windowMs }: Stage): Scene => ({
  labels: {},
  isRate: true,
  settlesMs: windowMs,
  series: (acts) => [
    counterSeries(
      'node_cpu_seconds_total',
      { ...node, cpu: '0', mode: 'idle' },
      // There are no more seconds in a second: what ends the window's load at once is an idle host.
      acts.map(({ samples, value, over }) => ({ samples, value: (over ? 1 : 1 - value) * scrapeSeconds })),
    ),
  ],
});

/** So much of the disk is in use, beside a file system that is no disk and full from the start. */
export const diskScene: Scene = {
  labels: {},
  isRate: false,
  series: (acts) =>
    (['size', 'free', 'avail'] as const).flatMap((part) => {
      const metric = `node_filesystem_${part}_bytes`;
      const samplesOf = (share: (act: Act) => number) =>
        acts.map((act) => ({ samples: act.samples, value: part === 'size' ? size : size * share(act) }));
      return [
        gaugeSeries(
          metric,
          { ...node, fstype: 'ext4', mountpoint: '/' },
          samplesOf(({ value }) => 1 - value),
        ),
        gaugeSeries(
          metric,
          { ...node, fstype: 'tmpfs', mountpoint: '/run' },
          samplesOf(() => 0),
        ),
      ];
    }),
};
