import { expect } from 'vitest';
import { describeMeasurement, isMet, type Measurement } from '../../core/index.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The measurement meets the bound it was recorded with. */
    toMeetObjective(): R;
  }
}

expect.extend({
  toMeetObjective(measurement: Measurement) {
    const own = this.task?.meta.vigil;
    const next = own?.definition?.next ?? own?.next;
    return {
      pass: isMet(measurement) && measurement.bound !== undefined,
      message: () =>
        measurement.bound === undefined
          ? `${measurement.name} was measured without a bound, so it can't meet one`
          : `${describeMeasurement(measurement)}${next ? `; next: ${next}` : ''}`,
    };
  },
});
