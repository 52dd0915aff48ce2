import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from './target.ts';

const base = '/v1/diagnostics/dependency';

interface Dependency {
  breaker: { state: string; failureThreshold: number; halfOpenAfterMs: number };
}

interface Call {
  status: number;
  seconds: number;
  attempted: boolean | undefined;
  state: string | undefined;
}

async function call(target: Target): Promise<Call> {
  const answer = await target.orchestration(`${base}/calls`, { method: 'POST' });
  const { attempted, state } = answer.json<{ attempted?: boolean; state?: string }>();
  return { status: answer.status, seconds: answer.durationMs / 1000, attempted, state };
}

const setFailing = (target: Target, failing: boolean) =>
  target.orchestration(base, { method: 'PUT', json: { failing } });

async function exercise(target: Target, { failureThreshold, halfOpenAfterMs }: Dependency['breaker']) {
  const faults: string[] = [];
  const states: (string | undefined)[] = [];
  const expectCall = (what: string, got: Call, status: number, state: string) => {
    if (got.state !== states.at(-1)) states.push(got.state);
    if (got.status !== status || got.state !== state) {
      faults.push(`${what}: expected ${status} and ${state}, came ${got.status} and ${got.state}`);
    }
  };
  for (let failure = 1; failure <= failureThreshold; failure += 1) {
    const state = failure < failureThreshold ? 'closed' : 'open';
    expectCall(`failure ${failure} of ${failureThreshold}`, await call(target), 502, state);
  }
  const refused = await call(target);
  expectCall('a call while open', refused, 503, 'open');
  if (refused.attempted !== false) faults.push('an open breaker still calls the dependency');
  await sleep(halfOpenAfterMs + 50);
  const trial = await call(target);
  expectCall('the trial of a failing dependency', trial, 502, 'open');
  if (trial.attempted !== true) faults.push('the breaker never half-opened');
  await setFailing(target, false);
  await sleep(halfOpenAfterMs + 50);
  expectCall('the trial of a mended dependency', await call(target), 200, 'closed');
  return { faults, openAnswerSeconds: refused.seconds, states };
}

/** Leaves the diagnostic breaker closed, whatever state somebody left it in before. */
async function closeBreaker(target: Target, halfOpenAfterMs: number): Promise<void> {
  await setFailing(target, false);
  if ((await call(target)).status === 200) return;
  await sleep(halfOpenAfterMs + 50);
  await call(target);
}

/** Drives the diagnostic dependency through closed → open → half-open → open → half-open → closed. */
export async function exerciseBreaker(target: Target) {
  const { breaker } = (await target.orchestration(base)).json<Dependency>();
  await closeBreaker(target, breaker.halfOpenAfterMs);
  await setFailing(target, true);
  try {
    return await exercise(target, breaker);
  } finally {
    await closeBreaker(target, breaker.halfOpenAfterMs);
  }
}
