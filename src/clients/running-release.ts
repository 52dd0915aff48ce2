import { below, type VigilConfig, valueAt } from '../core/index.ts';
import { send } from './http/http.ts';
import { contractError, unexpected } from './http/http-failure.ts';

/** Which release a service says it is. @throws TARGET_UNREACHABLE, TARGET_CONTRACT where it names none */
export async function runningRelease(
  url: string,
  { path, json }: Pick<VigilConfig['release'], 'path' | 'json'>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<string> {
  // On a connection of its own each time: behind a load balancer the next one may lead to another instance.
  const answer = await send(below(url, path), {
    timeoutMs: 3000,
    headers: { ...headers, connection: 'close' },
    signal,
  });
  // A service that is not well answers 503, and still says who it is.
  const expected = `the id of its release at ${json}`;
  if (!answer.text.trimStart().startsWith('{')) throw unexpected(answer, expected);
  const id = valueAt(answer.json(), json);
  if (typeof id === 'number' || (typeof id === 'string' && id.trim() !== '')) return String(id);
  throw contractError(answer.url, expected, id === undefined ? 'nothing there' : typeof id);
}
