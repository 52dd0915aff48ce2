import type { Option } from './library.ts';
import { font, palette } from './palette.ts';

/** The window as the common x axis of every chart, in UTC. */
export function timeAxis({ fromMs, toMs }: { fromMs: number; toMs: number }): Option {
  const isDays = toMs - fromMs > 36 * 3_600_000;
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    type: 'time',
    min: fromMs,
    max: toMs,
    splitNumber: 8,
    axisLine: { lineStyle: { color: palette.dim } },
    axisTick: { show: true },
    splitLine: { show: true, lineStyle: { color: palette.grid } },
    axisLabel: {
      color: palette.dim,
      fontFamily: font,
      fontSize: 11,
      hideOverlap: true,
      formatter: (timeMs: number) => {
        const time = new Date(timeMs);
        const clock = `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
        const day = `${two(time.getUTCMonth() + 1)}-${two(time.getUTCDate())}`;
        return isDays && clock === '00:00' ? day : clock;
      },
    },
  };
}
