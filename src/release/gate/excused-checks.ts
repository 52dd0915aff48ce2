import type { HistoryReader } from '../../history/index.ts';
import { excusedIn } from './conditions/excused.ts';
import { knownOf } from './decide.ts';
import { gateEvidence } from './gate-evidence.ts';
import { setupForRelease } from './proven.ts';
import type { GateSetup } from './setup.ts';

/**
 * The checks that fail by errors which the release before gives its users alike, by their ids, each with what was found: as
 * the gate excuses them where it is asked for all of the traffic.
 */
export function excusedChecks(
  reader: HistoryReader,
  given: GateSetup,
  atMs: number,
): ReadonlyMap<string, string> {
  const setup = setupForRelease(reader, given, atMs);
  const question = { to: 100 };
  return excusedIn(knownOf(gateEvidence(reader, setup, question.to, atMs), setup, question)).checks;
}
