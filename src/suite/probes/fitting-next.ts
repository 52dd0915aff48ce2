import type { CheckOutcome } from '../outcomes/check-outcome.ts';
import { usualNext } from './catalogue.ts';

/** What a fault asks for, by the words that name it; the first that is found. */
const remedies: readonly [fault: RegExp, remedy: (found: RegExpExecArray) => string][] = [
  [/env:(\w+) holds nothing/, ([, name]) => `set ${name} where Vigil is started`],
  [
    /file:(\S+) (?:holds nothing|can’t be read)/,
    ([, file]) => `write the secret into ${file}, readable for Vigil`,
  ],
  [
    /connection refused|no connection within|connection timed out|no route to/,
    () => 'is the service running, and is this its address?',
  ],
  [/DNS: /, () => 'check the name: ask the resolver with dig'],
  [
    /TLS certificate|no TLS at that port|TLS handshake/,
    () => 'look at its certificate: openssl s_client -connect HOST:PORT',
  ],
  [/status 40[13],/, () => 'check the credentials that the probe sends'],
];

/** The outcome of a probe with the next step that fits its fault, unless the configuration says one of its own. */
export function withFittingNext(outcome: CheckOutcome): CheckOutcome {
  const { definition, reason = '' } = outcome;
  if (!definition || !usualNext.has(definition.next)) return outcome;
  for (const [fault, remedy] of remedies) {
    const found = fault.exec(reason);
    if (found) return { ...outcome, definition: { ...definition, next: remedy(found) } };
  }
  return outcome;
}
