import type { SignalNaming } from '../../../alerts/index.ts';
import type { HistoryReader } from '../../../history/index.ts';
import type { Uptime } from './stats.ts';

const stepMs = 30 * 60_000;
const spanMs = 48 * 3_600_000;

/** Opens the count of scrapes that every service answered, over 48 h; only the newest stretch is read again. */
export function openUptime(history: HistoryReader, { services }: SignalNaming): (nowMs: number) => Uptime {
  const places = new Map<number, Uptime>();
  let nextPlace = 0;
  let readMs = 0;

  const readFrom = (place: number, toMs: number) => {
    for (const known of places.keys()) if (known >= place) places.delete(known);
    const isUp = new Map<number, boolean>();
    const matcher = { label: 'job', operator: '=~', value: services } as const;
    for (const { points } of history.series('up', [matcher], place * stepMs, toMs)) {
      for (const { timeMs, value, stale } of points) {
        if (!stale) isUp.set(timeMs, (isUp.get(timeMs) ?? true) && value === 1);
      }
    }
    for (const [timeMs, up] of isUp) {
      const here = Math.floor(timeMs / stepMs);
      const counted = places.get(here) ?? { up: 0, scrapes: 0 };
      places.set(here, { up: counted.up + Number(up), scrapes: counted.scrapes + 1 });
    }
  };

  return (nowMs) => {
    const first = Math.floor((nowMs - spanMs) / stepMs) + 1;
    if (nowMs - readMs >= 10_000) {
      readFrom(Math.max(first, nextPlace - 1), nowMs);
      nextPlace = Math.floor(nowMs / stepMs) + 1;
      readMs = nowMs;
      for (const known of places.keys()) if (known < first) places.delete(known);
    }
    return [...places.values()].reduce(
      (sum, { up, scrapes }) => ({ up: sum.up + up, scrapes: sum.scrapes + scrapes }),
      { up: 0, scrapes: 0 },
    );
  };
}
