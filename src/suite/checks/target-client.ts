import {
  type Exchanges,
  type HttpAnswer,
  noteExchanges,
  type SendOptions,
  send,
} from '../../clients/index.ts';
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

/** A client for the target, whose requests are noted; without a target it says so when it is used. */
export function openTargetClient(
  targetUrl: string | undefined,
  patiently: <T>(what: string, action: () => Promise<T>) => Promise<T>,
  exchanges: Exchanges,
): TargetClient {
  const sendNoted = (path: string, options?: SendOptions) =>
    noteExchanges(exchanges, () => send(at(path), options));
  const at = (path: string) => probeUrl(path.startsWith('/') ? path : `/${path}`, targetUrl);
  return {
    get url() {
      return probeUrl('/', targetUrl).slice(0, -1);
    },
    get: async (path, options = {}) =>
      patiently(`GET ${path}`, () => sendNoted(path, { ...options, method: 'GET' })),
    send: async (path, options) => sendNoted(path, options),
  };
}
