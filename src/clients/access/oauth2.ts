import { type AuthConfig, freshSecret, registerSecret, shownUrl, VigilError } from '../../core/index.ts';
import type { HttpAnswer, SendOptions } from '../http/http-request.ts';

type OAuth2 = NonNullable<AuthConfig['oauth2']>;
type Send = (url: string, options: SendOptions) => Promise<HttpAnswer>;

interface Token {
  text: string;
  /** By the monotonic clock; a token without an end is renewed when it is refused. */
  renewAtMs: number;
}

const tokens = new Map<string, Promise<Token>>();

const refused = (answer: HttpAnswer, received: string) =>
  new VigilError('TARGET_UNREACHABLE', `no token from ${answer.url}: ${received}`, {
    where: answer.url,
    expected: 'an access token for client credentials (RFC 6749)',
    received,
  });

/** Asks for a token; client and secret are sent as a Basic header, each encoded as a form (RFC 6749, 2.3.1). */
async function fetchToken(oauth2: OAuth2, where: string, isRefused: boolean, send: Send): Promise<Token> {
  const secret = await freshSecret(oauth2.clientSecret, `${where}.clientSecret`, isRefused);
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (oauth2.scope !== undefined) form.set('scope', oauth2.scope);
  const client = [oauth2.clientId, secret].map((text) =>
    new URLSearchParams({ x: text }).toString().slice(2),
  );
  const answer = await send(oauth2.tokenUrl, {
    method: 'POST',
    body: form.toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(client.join(':')).toString('base64')}`,
    },
    timeoutMs: 10_000,
    maxBytes: 64 * 1024,
  });
  if (answer.status !== 200) throw refused(answer, `answered ${answer.status}`);
  const { access_token: text, expires_in: seconds } = answer.json<Record<string, unknown>>();
  if (typeof text !== 'string' || text === '') throw refused(answer, 'no access_token');
  registerSecret(text);
  const lastsMs = Number(seconds) > 0 ? Number(seconds) * 1000 : Number.POSITIVE_INFINITY;
  // One that lasts shorter than it is renewed ahead is used for half of its time.
  const usedMs = Math.max(lastsMs - oauth2.renewBefore, lastsMs / 2);
  return { text, renewAtMs: performance.now() + usedMs };
}

/** The token for these credentials, fetched anew before it ends or when it was refused. */
export async function tokenFor(
  oauth2: OAuth2,
  where: string,
  isRefused: boolean,
  send: Send,
): Promise<string> {
  const key = JSON.stringify(oauth2);
  const known = await tokens.get(key)?.catch(() => undefined);
  if (known && !isRefused && performance.now() < known.renewAtMs) return known.text;
  // Whoever asks meanwhile waits for the same one.
  const fetched = fetchToken(oauth2, where, isRefused, send);
  tokens.set(key, fetched);
  try {
    return (await fetched).text;
  } catch (thrown) {
    if (tokens.get(key) === fetched) tokens.delete(key);
    const shown = thrown instanceof VigilError ? thrown : undefined;
    throw shown ?? new VigilError('TARGET_UNREACHABLE', `no token from ${shownUrl(oauth2.tokenUrl)}`);
  }
}

/** Forgets every token, as a new process would. */
export const forgetTokens = (): void => tokens.clear();
