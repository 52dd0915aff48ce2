import { parseExposition, send, sumOf } from '../../../clients/index.ts';
import { messageOf, VigilError } from '../../../core/index.ts';
import type { Performer } from './context.ts';
import { waitFor } from './wait.ts';

interface Places {
  urls: readonly string[];
  metricsUrls?: readonly string[];
}

/** Where metrics are asked for. */
const metricsOf = ({ urls, metricsUrls }: Places): readonly string[] =>
  metricsUrls ?? urls.map((url) => `${url}/metrics`);

/** A service answers, and does not say how many requests are in flight: no waiting shows it. */
class NotCounted extends Error {}

/** Requests in flight at a service. @throws NotCounted where it does not say; Error that says what it answers instead, without its address */
async function activeAt(url: string, metric: string): Promise<number> {
  const answer = await send(url, { timeoutMs: 3000 });
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
  const value = sumOf(parseExposition(answer.text), metric);
  if (value === undefined) throw new NotCounted(`it exposes no ${metric}`);
  return value;
}

export const readActive: Performer<'read-active'> = {
  async perform({ metric, ...places }) {
    const said = metricsOf(places).map(async (url) => {
      try {
        return `${await activeAt(url, metric)} in flight at ${url}`;
      } catch (thrown) {
        // Down, perhaps for the reason of this rollback.
        if (thrown instanceof VigilError && thrown.code === 'TARGET_UNREACHABLE')
          return `unknown at ${url}, which does not answer`;
        return `unknown at ${url}: ${messageOf(thrown)}`;
      }
    });
    return (await Promise.all(said)).join('; ');
  },
};

export const awaitDrained: Performer<'await-drained'> = {
  async perform({ metric, atMost, timeoutMs, ifBusy, ...places }, context) {
    const waiting = new Map<string, string>(metricsOf(places).map((url) => [url, 'not asked yet']));
    const uncounted = new Map<string, string>();
    const ask = async () => {
      // A service that was seen drained once has ended what was in flight before.
      for (const url of [...waiting.keys()]) {
        try {
          const active = await activeAt(url, metric);
          if (active <= atMost) waiting.delete(url);
          else waiting.set(url, `${active} in flight`);
        } catch (thrown) {
          if (thrown instanceof NotCounted) waiting.delete(url);
          (thrown instanceof NotCounted ? uncounted : waiting).set(url, messageOf(thrown));
        }
      }
      if (waiting.size > 0) throw new Error([...waiting].map(([url, said]) => `${url}: ${said}`).join('; '));
    };
    const { took, missing } = await waitFor(ask, timeoutMs, context);
    if (missing === undefined && uncounted.size === 0) return `drained after ${took}`;
    const found = missing === undefined ? 'not known to be drained' : `not drained after ${took}`;
    const left = [...uncounted, ...waiting].map(([url, said]) => `${url}: ${said}`).join('; ');
    if (ifBusy === 'continue') return `${found}, gone on: ${left}`;
    throw new VigilError('HARNESS', `${found}: ${left}`, {
      hint: 'rollback.drain.metric names the gauge; rollback.drain.ifBusy: continue goes on anyway',
    });
  },
};

export const awaitUp: Performer<'await-up'> = {
  async perform({ timeoutMs, addresses = [], ...places }, context) {
    const metrics = metricsOf(places);
    // A service without metrics is up when it doesn't say itself that it is broken.
    const instances =
      metrics.length > 0
        ? metrics.map((url) => ({ url, isUp: (status: number) => status === 200 }))
        : places.urls.map((url) => ({ url, isUp: (status: number) => status < 500 }));
    const fronts = addresses.map(({ url, below }) => ({ url, isUp: (status: number) => status < below }));
    const waiting = [...instances, ...fronts];
    const ask = async () => {
      for (let [next] = waiting; next !== undefined; [next] = waiting) {
        const { status } = await send(next.url, { timeoutMs: 3000 });
        if (!next.isUp(status)) throw new Error(`${next.url} answers ${status}`);
        waiting.shift();
      }
    };
    const { took, missing } = await waitFor(ask, timeoutMs, context);
    if (missing === undefined) return `up after ${took}`;
    throw new VigilError('HARNESS', `not up after ${took}: ${missing}`, {
      hint: 'read the output of the command that starts it',
    });
  },
};
