import { createHash } from 'node:crypto';
import { isMet } from '../../core/index.ts';
import type { CheckOutcome } from './check-outcome.ts';
import { shapeOf } from './fingerprint.ts';

type Failure = Pick<CheckOutcome, 'reason' | 'measurements' | 'definition'>;

/** A cause is looked for in the begin of a message; what a suite prints has no limit. */
const lookedAt = 2000;

const unreachable =
  /connection[ _]refused|no connection within|connection timed out|failed to (?:connect|establish a new connection)|no route to (?:the )?host|no route to the|DNS: |does not answer/i;
/** A service that answers so has nobody behind it, or is overloaded as a whole, whatever was asked of it. */
const unavailable =
  /\b(?:status(?: code)?:?|HTTP(?:\/[\d.]+)?|answered|got|received:?) *50[234]\b|\b50[234] (?:Server Error|Service|Bad|Gateway)/i;
const byCode =
  /\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN) ([\w.[\]:-]+)/;

/** The host of the first address in a text. */
function hostOf(text: string): string | undefined {
  const url = /\b[a-z]+:\/\/[^\s,;)"'`]+/.exec(text)?.[0];
  return url === undefined ? undefined : URL.parse(url.replace(/:$/, ''))?.host || undefined;
}

/** Host and port as libraries without addresses name them: Python's, and curl. */
function namedHost(text: string): string | undefined {
  const [, host, port] =
    /\bhost=['"]([^'"]+)['"], port=(\d+)/.exec(text) ??
    /\bconnect to ([\w.[\]:-]+) port (\d+)/i.exec(text) ??
    [];
  return host === undefined ? undefined : `${host}:${port}`;
}

/** The host, with its port where one is named, that a failure could not reach. */
function addressOf(text: string): string | undefined {
  const named = byCode.exec(text)?.[1];
  if (named !== undefined) return named;
  if (!unreachable.test(text)) return undefined;
  return namedHost(text) ?? hostOf(text) ?? /\b([\w.-]+:\d{1,5})\b/.exec(text)?.[1];
}

/** The host that answered that it is not available. */
const unavailableHost = (text: string): string | undefined =>
  unavailable.test(text) ? hostOf(text) : undefined;

/** Each names the secret that is missing where the suite runs. */
const missingSecret = [
  /\b(env:[A-Za-z_]\w*|file:\S+) (?:holds nothing|can.t be read)/,
  /\b(?:environment variable|secret) ["'`]?([A-Za-z_]\w*)["'`]? (?:is )?(?:missing|not set|unset|empty|undefined|required)/i,
  /\b([A-Z][A-Z0-9]*_[A-Z0-9_]+) (?:is )?(?:missing|not set|unset|undefined)\b/,
  /\bmissing (?:the )?(?:environment variable|secret) ["'`]?([A-Za-z_]\w*)/i,
];

function secretOf(text: string): string | undefined {
  for (const pattern of missingSecret) {
    const name = pattern.exec(text)?.[1];
    if (name !== undefined) return name.replace(/^env:/, '');
  }
  return undefined;
}

/** The signal of the limit that a check measured as not met. */
function signalOf({ measurements, definition }: Failure): string | undefined {
  const isMissed = measurements.some((measurement) => !isMet(measurement));
  return isMissed ? definition?.threshold?.split('.', 1)[0] : undefined;
}

/** Fewer letters say too little to tell that two failures are one: "expected 2 to be 3". */
const fewestLetters = 20;

/** The message without what differs from run to run; nothing where it is a figure of its own check, or says little. */
function messageShapeOf({ reason = '', measurements }: Failure): string | undefined {
  if (measurements.some((measurement) => measurement.unit !== 'count' && !isMet(measurement)))
    return undefined;
  const said = shapeOf(reason, { keepAddresses: true })
    .replace(/^\w*Error: /, '')
    .replace(/ \/\/ Object\.is equality$/, '');
  return said.replace(/[^\p{L}]/gu, '').length < fewestLetters ? undefined : said;
}

/**
 * What made a check fail, as text that is the same for each check that fails by it: an address that can't be reached or is not
 * available, a secret that is missing, a signal past its limit, or the same message. `undefined` when nothing of it is known.
 */
export function failureCause(failure: Failure): string | undefined {
  const text = (failure.reason ?? '').slice(0, lookedAt);
  const secret = secretOf(text);
  if (secret !== undefined) return `secret ${secret}`;
  const address = addressOf(text);
  if (address !== undefined) return `unreachable ${address}`;
  const host = unavailableHost(text);
  if (host !== undefined) return `unavailable ${host}`;
  const signal = signalOf(failure);
  if (signal !== undefined) return `signal ${signal}`;
  const shape = messageShapeOf(failure);
  return shape && `message ${createHash('sha256').update(shape).digest('hex').slice(0, 16)}`;
}

/** Whether a failure lies with who watches and says nothing of the service: a secret or traffic that is missing here. */
export function isOfWatcher({ reason = '' }: Pick<CheckOutcome, 'reason'>): boolean {
  const text = reason.slice(0, lookedAt);
  return secretOf(text) !== undefined || /\bno live traffic\b/i.test(text);
}
