import type { EChartsCoreOption } from 'echarts/core';

export type Option = EChartsCoreOption;

/** Okabe and Ito's colours, told apart by every kind of colour vision; dash and height tell the same without colour. */
export const palette = {
  ink: '#1f2933',
  dim: '#5f6b78',
  grid: '#e3e7eb',
  gap: '#d7dce1',
  blue: '#0072b2',
  sky: '#56b4e9',
  orange: '#e69f00',
  vermillion: '#d55e00',
  green: '#009e73',
  limit: '#b3261e',
} as const;

/** Without quotes: the library puts it into an attribute as it is. */
const font = 'system-ui, -apple-system, Segoe UI, Liberation Sans, Arial, sans-serif';
export const small = { fontFamily: font, fontSize: 11 };

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
      ...small,
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
