import { expect } from 'vitest';
import { describeMeasurement, isMet, type Measurement } from '../src/core/index.ts';
import { catalogue } from './catalogue.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The measurement meets the bound it was recorded with. */
    toMeetObjective(): R;
  }
}

function nextStep(testName: string | undefined): string {
  const id = testName?.split(' > ').at(-1)?.split(' ', 1)[0];
  const next = catalogue.find((check) => check.id === id)?.next;
  return next ? `; next: ${next}` : '';
}

expect.extend({
  toMeetObjective(measurement: Measurement) {
    const pass = isMet(measurement) && measurement.bound !== undefined;
    return {
      pass,
      message: () =>
        measurement.bound === undefined
          ? `${measurement.name} was measured without a bound, so it can't meet one`
          : `${describeMeasurement(measurement)}${nextStep(this.currentTestName)}`,
    };
  },
});
