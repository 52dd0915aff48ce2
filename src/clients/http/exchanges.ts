import { AsyncLocalStorage } from 'node:async_hooks';
import { messageOf, shownUrl } from '../../core/index.ts';
import type { HttpAnswer, SendOptions } from './http-request.ts';
import { currentSpan } from './trace-context.ts';

/** A request and its answer, cut; without header lines, which hold credentials. */
export interface Exchange {
  method: string;
  /** Without credentials. */
  url: string;
  /** What was sent. */
  sent?: string | undefined;
  status?: number | undefined;
  type?: string | undefined;
  /** What came. */
  came?: string | undefined;
  /** Why no answer came. */
  failure?: string | undefined;
  durationMs: number;
  /** The trace that the request is part of. */
  traceId?: string | undefined;
}

/** What was asked and answered: the newest of each address and status, the newest last, and only a few of them. */
export type Exchanges = Exchange[];

const longestText = 1500;
const mostExchanges = 3;

const noted = new AsyncLocalStorage<Exchanges>();
/** Where requests outside of `noteExchanges` are noted. Checks run one after the other, so one is enough. */
let entered: Exchanges | undefined;

/** Notes every request that is sent meanwhile. */
export const noteExchanges = <T>(into: Exchanges, work: () => T): T => noted.run(into, work);

/** Notes every request from here on, until another or none is named. */
export function enterExchanges(into: Exchanges | undefined): void {
  entered = into;
}

const isAnsweredWell = ({ status = 0 }: Exchange): boolean => status >= 100 && status < 400;

/** Those that were not answered well first, then the newest. */
export const tellingFirst = (exchanges: Exchanges): Exchanges =>
  exchanges.toReversed().sort((a, b) => Number(isAnsweredWell(a)) - Number(isAnsweredWell(b)));

const cut = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;

function sentText({ json, body }: SendOptions): string | undefined {
  if (json !== undefined) return cut(JSON.stringify(json));
  if (body === undefined) return undefined;
  return typeof body === 'string' ? cut(body) : `${body.byteLength} bytes`;
}

function keep(into: Exchanges, exchange: Exchange): void {
  const { method, url, status } = exchange;
  const same = into.findIndex((one) => one.method === method && one.url === url && one.status === status);
  if (same >= 0) into.splice(same, 1);
  into.push(exchange);
  if (into.length > mostExchanges) into.splice(Math.max(0, into.findIndex(isAnsweredWell)), 1);
}

/** Notes what was asked on behalf of several, here too. */
export function shareExchanges(shared: Exchanges): void {
  const into = noted.getStore() ?? entered;
  if (into) for (const exchange of shared) keep(into, exchange);
}

/** Sends, and notes what was sent and came where that is wanted. */
export async function notingExchange(
  url: string,
  options: SendOptions,
  send: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const into = noted.getStore() ?? entered;
  if (!into) return send();
  const begunMs = performance.now();
  const sent = sentText(options);
  const request = {
    method: options.method ?? (sent === undefined ? 'GET' : 'POST'),
    url: shownUrl(url),
    sent,
    traceId: currentSpan()?.traceId,
  };
  try {
    const answer = await send();
    const { status, headers, text, durationMs } = answer;
    keep(into, { ...request, status, type: headers['content-type'], came: cut(text), durationMs });
    return answer;
  } catch (thrown) {
    keep(into, { ...request, failure: messageOf(thrown), durationMs: performance.now() - begunMs });
    throw thrown;
  }
}
