import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { parseMatchers } from '../labels/matcher.ts';
import { parseDuration } from '../units/duration.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Times since 1970 begin on a Thursday. */
const firstWeekday = weekdays.indexOf('thu');

const clock = '([01]\\d|2[0-3]):([0-5]\\d)';

const matchers = z.string().transform((text, context) => {
  try {
    return parseMatchers(text);
  } catch (thrown) {
    const message = `expected matchers such as alertname=~"High.*", severity=warning: ${messageOf(thrown)}`;
    context.addIssue({ code: 'custom', message, input: text });
    return z.NEVER;
  }
});

const instant = z.iso
  .datetime({ offset: true, error: 'expected a time with its zone, such as 2026-01-05T22:00:00Z' })
  .transform((text) => Date.parse(text));

const daily = z
  .string()
  .regex(new RegExp(`^${clock}$`), 'expected a time of day in UTC, such as "02:30"')
  .transform((text) => ofDay(text));

const weekly = z
  .string()
  .regex(
    new RegExp(`^(${weekdays.join('|')}) ${clock}$`),
    'expected a day and a time in UTC, such as "sun 02:30"',
  )
  .transform((text) => {
    const [day = '', time = ''] = text.split(' ');
    return ((weekdays.indexOf(day) - firstWeekday + 7) % 7) * dayMs + ofDay(time);
  });

const length = z.string().transform((text, context) => {
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined && milliseconds >= minuteMs && milliseconds <= dayMs) return milliseconds;
  context.addIssue({ code: 'custom', message: 'expected a duration from 1m to 24h', input: text });
  return z.NEVER;
});

function ofDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * hourMs + (minutes ?? 0) * minuteMs;
}

const window = z
  .strictObject({
    reason: z.string().min(1, 'expected why; a window has a reason').max(200),
    /** Which alerts it covers, in the syntax of Alertmanager; all of them without it. */
    match: matchers.optional(),
    from: instant.optional(),
    to: instant.optional(),
    daily: daily.optional(),
    weekly: weekly.optional(),
    for: length.optional(),
  })
  .transform(({ reason, match = [], from, to, daily, weekly, for: lengthMs }, context) => {
    const named = { reason, matchers: match };
    const isOnce = from !== undefined && to !== undefined;
    const offsetMs = daily ?? weekly;
    const parts = [from, to, daily, weekly, lengthMs].filter((part) => part !== undefined).length;
    if (isOnce && parts === 2 && from < to) return { ...named, fromMs: from, toMs: to };
    if (offsetMs !== undefined && lengthMs !== undefined && parts === 2) {
      return { ...named, everyMs: daily === undefined ? 7 * dayMs : dayMs, offsetMs, lengthMs };
    }
    const message = 'expected either from and a later to, or daily and for, or weekly and for';
    context.addIssue({ code: 'custom', message, input: { from, to, daily, weekly, for: lengthMs } });
    return z.NEVER;
  });

/** Planned works by the configuration; times come out in milliseconds. */
export const maintenanceSchema = z.array(window).max(100);

/** One planned work: once, or every `everyMs` at `offsetMs` after a multiple of that since 1970. */
export type DeclaredMaintenance = z.output<typeof window>;
