import { createHash, timingSafeEqual } from 'node:crypto';

/** Why a request may not change anything. */
export type Refusal = 'not configured' | 'missing' | 'wrong';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The secret of an Authorization header: a bearer token, or the password of a URL such as `http://vigil:TOKEN@host/`. */
function presented(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const login = Buffer.from(value, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  return colon < 0 ? undefined : login.slice(colon + 1);
}

/**
 * Whether a request may change something, by its Authorization header; `undefined` when it may. Digests are compared, in
 * a time that depends neither on the length nor on the content.
 */
export function accessBy(token: string | undefined): (header: string | undefined) => Refusal | undefined {
  if (token === undefined || token === '') return () => 'not configured';
  const expected = digest(token);
  return (header) => {
    const given = presented(header);
    if (given === undefined) return 'missing';
    return timingSafeEqual(expected, digest(given)) ? undefined : 'wrong';
  };
}

/** The refusal in words. */
export const refusalText: Record<Refusal, string> = {
  'not configured': 'nothing can be changed over HTTP: server.token is not configured',
  missing: 'a bearer token is needed',
  wrong: 'the token is not the right one',
};
