const minute = 60_000;

/** How a chart's window is cut: one place each `stepMs`. */
export interface Window {
  hours: number;
  stepMs: number;
}

/** The windows that the page offers, each of at most 480 places; live signals look back 5m, so no step is blind. */
export const windows: readonly Window[] = [
  { hours: 1, stepMs: minute / 4 },
  { hours: 6, stepMs: minute },
  { hours: 24, stepMs: 3 * minute },
  { hours: 48, stepMs: 6 * minute },
];

/** The window of `hours`; `undefined` for one that isn't offered. */
export const windowOf = (hours: number): Window | undefined => windows.find((one) => one.hours === hours);
