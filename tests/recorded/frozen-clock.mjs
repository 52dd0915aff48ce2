// Preloaded into a command: its wall clock stands at FROZEN_AT, in milliseconds since 1970, or goes on from STARTS_AT.
const RealDate = Date;
const frozenMs = Number(process.env.FROZEN_AT);
const startsMs = Number(process.env.STARTS_AT);
const beganMs = RealDate.now();
const now = () => (process.env.FROZEN_AT ? frozenMs : startsMs + RealDate.now() - beganMs);

// What the work itself takes is nothing, too.
if (process.env.FROZEN_AT) performance.now = () => 1000;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};
