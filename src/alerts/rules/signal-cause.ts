import type { SignalName } from '../../core/index.ts';

/** The cause of whatever is so because a signal is past its limit, as a failing check names it too. */
export const signalCause = (signal: SignalName): string => `signal ${signal}`;
