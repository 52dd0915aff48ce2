const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How far this machine's clock is from the server's; every age is one of the server's. */
let offsetMs = 0;

/** @param {number} serverMs */
export function setClock(serverMs) {
  offsetMs = serverMs - Date.now();
}

/** The server's time now, in milliseconds since 1970. */
export const nowMs = () => Date.now() + offsetMs;

/**
 * A stretch of time: `40 s`, `7 min`, `2 h 10 min`.
 * @param {number} ms
 */
export function spanText(ms) {
  const whole = Math.max(0, ms);
  if (whole < 90 * second) return `${Math.floor(whole / second)} s`;
  if (whole < 90 * minute) return `${Math.floor(whole / minute)} min`;
  const hours = Math.floor(whole / hour);
  const minutes = Math.floor((whole % hour) / minute);
  return hours >= 24 || minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}

/** @param {number} ms */
export const clockText = (ms) => new Date(ms).toISOString().slice(11, 16);

/** @param {number} ms */
export const clockSeconds = (ms) => new Date(ms).toISOString().slice(11, 19);

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * A time with its day, when that isn't today.
 * @param {number} ms
 */
export function whenText(ms) {
  const date = new Date(ms);
  const isToday = date.toISOString().slice(0, 10) === new Date(nowMs()).toISOString().slice(0, 10);
  return isToday ? clockText(ms) : `${days[date.getUTCDay()]} ${clockText(ms)}`;
}
