import { freshSecret } from '../../core/index.ts';
import type { HttpAnswer, SendOptions } from '../http/http-request.ts';
import type { Access } from './access.ts';
import { tokenFor } from './oauth2.ts';

type Send = (url: string, options: SendOptions) => Promise<HttpAnswer>;

/** The header lines by which a request shows who asks; what was refused is read again. */
async function headersFor(
  { auth, where }: Access,
  isRefused: boolean,
  send: Send,
): Promise<Record<string, string>> {
  if (!auth) return {};
  const { headers: named = {}, bearer, basic, oauth2 } = auth;
  const read = (text: string, key: string) => freshSecret(text, `${where}.auth.${key}`, isRefused);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(named)) headers[name.toLowerCase()] = await read(value, name);
  if (bearer !== undefined) headers.authorization = `Bearer ${await read(bearer, 'bearer')}`;
  if (basic) {
    const login = `${basic.username}:${await read(basic.password, 'basic.password')}`;
    headers.authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  }
  if (oauth2) {
    const token = await tokenFor(oauth2, `${where}.auth.oauth2`, isRefused, send);
    headers.authorization = `Bearer ${token}`;
  }
  return headers;
}

/** A secret that is wrong for good isn't read again at every request. */
const restMs = 5000;
const renewed = new Map<string, number>();

/** Whether the secrets of an access may be read again now; says so at most once in five seconds. */
function mayRenew({ url }: Access): boolean {
  const nowMs = performance.now();
  if (nowMs - (renewed.get(url) ?? Number.NEGATIVE_INFINITY) < restMs) return false;
  renewed.set(url, nowMs);
  return true;
}

/**
 * Sends a request with the credentials of an access; what the caller gives itself stands over them. When it is refused
 * with 401, the secrets are read again, and where they have changed the request is sent once more.
 */
export async function sendWith(
  access: Access,
  url: string,
  options: SendOptions,
  send: Send,
): Promise<HttpAnswer> {
  const own = { ...options, access };
  const before = await headersFor(access, false, send);
  const answer = await send(url, { ...own, headers: { ...before, ...options.headers } });
  if (answer.status !== 401 || !access.auth || !mayRenew(access)) return answer;
  const after = await headersFor(access, true, send);
  if (JSON.stringify(after) === JSON.stringify(before)) return answer;
  return send(url, { ...own, headers: { ...after, ...options.headers } });
}
