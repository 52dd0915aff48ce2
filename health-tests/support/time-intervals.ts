/** A time interval of an Alertmanager's configuration; a field that is left out holds always. */
export interface TimeInterval {
  times?: { start_time: string; end_time: string }[];
  weekdays?: string[];
  days_of_month?: string[];
  months?: string[];
  years?: string[];
  location?: string;
}

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

interface WallClock {
  year: number;
  month: number;
  day: number;
  daysOfMonth: number;
  weekday: number;
  minutes: number;
}

function wallClock(now: Date, location: string): WallClock {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: location,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(now);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const [year, month, day] = [of('year'), of('month'), of('day')];
  return {
    year,
    month,
    day,
    daysOfMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    minutes: of('hour') * 60 + of('minute'),
  };
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Whether a value lies in a range `from:to`, or is the one value; a name has the number of its place in `names`. */
function within(range: string, value: number, names: readonly string[] = [], first = 0): boolean {
  const numbers = String(range)
    .split(':')
    .map((end) =>
      names.includes(end.toLowerCase()) ? names.indexOf(end.toLowerCase()) + first : Number(end),
    );
  const [from = Number.NaN, to = from] = numbers;
  return value >= from && value <= to;
}

/** Counted from the end of the month where the range is negative. */
const onDay = (range: string, { day, daysOfMonth }: WallClock): boolean =>
  within(range, String(range).startsWith('-') ? day - daysOfMonth - 1 : day);

/** Whether `now` lies in one of the intervals, as Alertmanager reads them; the end of a time is no part of it. */
export function isWithin(intervals: readonly TimeInterval[], now: Date): boolean {
  return intervals.some((interval) => {
    const clock = wallClock(now, interval.location ?? 'UTC');
    const isOneOf = <T>(list: readonly T[] | undefined, holds: (entry: T) => boolean) =>
      !list || list.length === 0 || list.some(holds);
    return (
      isOneOf(
        interval.times,
        ({ start_time, end_time }) =>
          clock.minutes >= minutesOf(start_time) && clock.minutes < minutesOf(end_time),
      ) &&
      isOneOf(interval.weekdays, (range) => within(range, clock.weekday, days)) &&
      isOneOf(interval.days_of_month, (range) => onDay(range, clock)) &&
      isOneOf(interval.months, (range) => within(range, clock.month, months, 1)) &&
      isOneOf(interval.years, (range) => within(range, clock.year))
    );
  });
}
