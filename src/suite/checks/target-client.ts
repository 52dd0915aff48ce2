import { type HttpAnswer, type SendOptions, send } from '../../clients/index.ts';
import { probeUrl } from '../probes/http.ts';

/** The service under watch, spoken to as any caller would. Every answer is returned, whatever its status. */
export interface TargetClient {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** A GET of a path; sent again only for the network errors that the configuration declares. */
  get(path: string, options?: Omit<SendOptions, 'method' | 'body' | 'json'>): Promise<HttpAnswer>;
  /** Any request; never sent twice. */
  send(path: string, options?: SendOptions): Promise<HttpAnswer>;
}

/** A client for the target; without one it says so when it is used. */
export function openTargetClient(
  targetUrl: string | undefined,
  patiently: <T>(what: string, action: () => Promise<T>) => Promise<T>,
): TargetClient {
  const at = (path: string) => probeUrl(path.startsWith('/') ? path : `/${path}`, targetUrl);
  return {
    get url() {
      return probeUrl('/', targetUrl).slice(0, -1);
    },
    get: async (path, options = {}) =>
      patiently(`GET ${path}`, () => send(at(path), { ...options, method: 'GET' })),
    send: async (path, options) => send(at(path), options),
  };
}
