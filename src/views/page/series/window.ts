const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** How a chart's window is cut: one place each `stepMs`, each the worst of evaluations every `evaluateMs`. */
export interface Window {
  hours: number;
  spanMs: number;
  stepMs: number;
  evaluateMs: number;
}

/** The windows that the page offers, each of at most 480 places; live signals look back 5 min, so no step is blind. */
export const windows: readonly Window[] = [
  { hours: 1, spanMs: hour, stepMs: 15 * second, evaluateMs: 15 * second },
  { hours: 6, spanMs: 6 * hour, stepMs: minute, evaluateMs: minute },
  { hours: 24, spanMs: 24 * hour, stepMs: 3 * minute, evaluateMs: 3 * minute },
  { hours: 48, spanMs: 48 * hour, stepMs: 6 * minute, evaluateMs: 3 * minute },
];

/** The window of `hours`; `undefined` for one that isn't offered. */
export function windowOf(hours: number): Window | undefined {
  return windows.find((window) => window.hours === hours);
}
