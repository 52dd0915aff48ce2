const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How far this machine's clock is from the server's; every age is one of the server's. */
let offsetMs = 0;

export function setClock(serverMs: number) {
  offsetMs = serverMs - Date.now();
}

/** The server's time now, in milliseconds since 1970. */
export const nowMs = () => Date.now() + offsetMs;

/** A stretch of time: `40s`, `7m`, `2h 10m`. */
export function spanText(ms: number) {
  const whole = Math.max(0, ms);
  if (whole < 90 * second) return `${Math.floor(whole / second)}s`;
  if (whole < 90 * minute) return `${Math.floor(whole / minute)}m`;
  const hours = Math.floor(whole / hour);
  const minutes = Math.floor((whole % hour) / minute);
  return hours >= 24 || minutes === 0 ? `${hours}h` : `${hours}h ${minutes}m`;
}

/** Whether times are those of this machine, and not UTC. */
let isLocal = false;

export function showLocalTimes(local: boolean) {
  isLocal = local;
}

export const areTimesLocal = () => isLocal;

/** A time as the wall clock of the chosen zone has it, in a date that counts as UTC. */
const onWall = (ms: number) => new Date(isLocal ? ms - new Date(ms).getTimezoneOffset() * minute : ms);

/** The zone that times are shown in: `UTC`, `UTC+2`, `UTC-3:30`. */
export function zoneText(): string {
  const offset = isLocal ? -new Date(nowMs()).getTimezoneOffset() : 0;
  if (offset === 0) return 'UTC';
  const minutes = Math.abs(offset) % 60;
  const rest = minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`;
  return `UTC${offset < 0 ? '-' : '+'}${Math.floor(Math.abs(offset) / 60)}${rest}`;
}

/** A text of the server, with its times in the chosen zone: `until 05:20 UTC`. */
export const inZone = (text: string): string =>
  isLocal
    ? text.replaceAll(
        /(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d) UTC/g,
        (_, day: string | undefined, clock: string) => {
          const today = new Date(nowMs()).toISOString().slice(0, 10);
          const shown = onWall(Date.parse(`${day ?? today}T${clock}Z`)).toISOString();
          return day === undefined ? shown.slice(11, 16) : shown.slice(0, 16).replace('T', ' ');
        },
      )
    : text;

export const clockText = (ms: number) => onWall(ms).toISOString().slice(11, 16);

export const clockSeconds = (ms: number) => onWall(ms).toISOString().slice(11, 19);

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A time with its day, when that isn't today. */
export function whenText(ms: number) {
  const date = onWall(ms);
  const isToday = date.toISOString().slice(0, 10) === onWall(nowMs()).toISOString().slice(0, 10);
  return isToday ? clockText(ms) : `${days[date.getUTCDay()]} ${clockText(ms)}`;
}
