import { oneLine } from '../../text/index.ts';
import type { FlaggerPayload } from './flagger.ts';
import type { GateService } from './service.ts';

/** Phases in which Flagger has seen a new revision and begun, or waits to begin, with it. */
const begun = new Set(['Waiting', 'Progressing']);

/**
 * Takes an event of Flagger into the history: a revision that was not there before is a deployment, and a canary that
 * failed was rolled back by Flagger. Other events change nothing. Returns what was done.
 */
export function flaggerEvent({ history, now }: GateService, given: FlaggerPayload): string {
  const { name, namespace, phase, checksum } = given;
  const release = oneLine(`${namespace}/${name}@${checksum}`);
  const who = 'Flagger';
  const told = given.eventMessage ?? given.metadata?.eventMessage;
  const message = oneLine(typeof told === 'string' ? told : phase);
  if (checksum === '') return 'no checksum, so no revision: nothing to record';
  return history.transaction(() => {
    const newest = history.deployments(0, now()).at(-1);
    if (begun.has(phase) && newest?.release !== release) {
      history.recordDeployment({ timeMs: now(), release, who, note: message });
      return `recorded as deployed: ${release}`;
    }
    if (phase === 'Failed' && newest?.release === release) {
      const before = history.rollbacks(newest.timeMs, Number.MAX_SAFE_INTEGER);
      if (before.some(({ kind }) => kind === 'flagger')) return 'recorded before';
      const entry = { kind: 'flagger', stage: 'canary', status: 'succeeded', reason: message, who, release };
      history.recordRollback({ timeMs: now(), ...entry });
      return `recorded as rolled back: ${release}`;
    }
    return 'nothing to record';
  });
}
