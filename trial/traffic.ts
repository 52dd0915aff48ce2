import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { randomFrom } from '../tests/soak/plan.ts';
import type { Traffic, UserKind, Visitors } from './releases/release.ts';

/** Requests a second so long after the deployment. */
const rates: Record<Traffic, (seconds: number) => number> = {
  steady: () => 40,
  bursts: (seconds) => (seconds % 5 < 1 ? 90 : 25),
  night: () => 12,
  'almost none': () => 2,
  dip: (seconds) => (seconds > 8 && seconds < 14 ? 6 : 40),
  spike: (seconds) => (seconds > 10 && seconds < 14 ? 110 : 40),
  heavy: () => 80,
  morning: (seconds) => 12 + Math.min(seconds, 30) * 2,
};

const mostUsers = 150;

/** Whom a request is of, and what it asks. */
export interface UserRequest {
  user: string;
  kind: UserKind;
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

/** Of the requests, where a crawler or a broken app asks too. */
const shareOfVisitors = 0.12;
const crawled = ['/robots.txt', '/wp-login.php', '/.env', '/products/9999'];

/** Requests as users of a shop make them, the same by the same seed. */
export function requestsOf(seed: number, visitors?: Visitors): () => UserRequest {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const item = () => ({ id: pick([1, 2, 3]), count: pick([1, 1, 1, 2, 5]) });
  const basket = () => ({
    items: [item(), ...(random() < 0.4 ? [item()] : [])],
    currency: pick(['EUR', 'EUR', 'EUR', 'USD', 'CHF']),
    ...(random() < 0.2 && { note: pick(['please ring', 'für Zoë', 'naïve “quotes”', '🎁 gift']) }),
  });
  return () => {
    const number = Math.floor(random() * mostUsers);
    const kind = number % 10 === 0 ? 'guest' : number % 10 < 3 ? 'business' : 'private';
    const who = { user: `user-${number}`, kind } as const;
    const get = (path: string): UserRequest => ({ ...who, method: 'GET', path });
    if (visitors === 'crawler' && random() < shareOfVisitors) return get(pick(crawled));
    if (visitors === 'broken app' && random() < shareOfVisitors)
      return { ...who, method: 'POST', path: '/checkout', body: { items: [] } };
    const which = random();
    if (which < 0.2) return get('/');
    if (which < 0.42) return get('/products');
    if (which < 0.56) return get(`/products/${pick([1, 2, 3])}`);
    if (which < 0.7) return get(`/search?q=${pick(['kettle', 'lamp', 'tea', ''])}`);
    if (which < 0.76) return get('/account');
    if (which < 0.82) return get('/orders/1');
    return { ...who, method: 'POST', path: which < 0.9 ? '/cart' : '/checkout', body: basket() };
  };
}

/** What a shop's users met. */
export interface Met {
  users: Set<string>;
  /** Users and when they first met a fault. */
  faults: Map<string, number>;
  requests: number;
}

/** A browser that repeats what failed does so as often, after so long. */
const repeats = 3;
const repeatAfterMs = 100;

/** Sends one users' request to one front; whether the answer was faulty. */
async function sendTo(url: string, dispatcher: Agent, { user, kind, method, path, body }: UserRequest) {
  try {
    const answer = await request(`${url}${path}`, {
      method,
      dispatcher,
      headers: {
        'x-user': user,
        'x-user-kind': kind,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body ? JSON.stringify(body) : null,
      headersTimeout: 5000,
      bodyTimeout: 5000,
    });
    await answer.body.dump();
    return answer.headers['x-fault'] === '1' || answer.statusCode >= 500;
  } catch {
    return true;
  }
}

/** Users who send the same to every front until they are stopped; at random times, as many as the profile says. */
export function startTraffic(
  fronts: readonly string[],
  ca: string,
  {
    kind,
    seed,
    pace,
    visitors,
  }: { kind: Traffic; seed: number; pace: number; visitors?: Visitors | undefined },
) {
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca) }, connections: 50 });
  const met: Met[] = fronts.map(() => ({ users: new Set(), faults: new Map(), requests: 0 }));
  const nextRequest = requestsOf(seed, visitors);
  const random = randomFrom(seed + 1);
  let startedMs = Date.now();
  const over = new AbortController();
  const run = async () => {
    let dueMs = performance.now();
    while (!over.signal.aborted) {
      const one = nextRequest();
      fronts.forEach(async (url, shop) => {
        const seen = met[shop];
        if (!seen) return;
        seen.users.add(one.user);
        seen.requests += 1;
        let isFaulty = await sendTo(url, dispatcher, one);
        for (let again = 0; isFaulty && visitors === 'retrying' && again < repeats; again += 1) {
          await sleep(repeatAfterMs * pace);
          isFaulty = await sendTo(url, dispatcher, one);
        }
        if (isFaulty && !seen.faults.has(one.user)) seen.faults.set(one.user, Date.now());
      });
      const perSecond = rates[kind]((Date.now() - startedMs) / 1000 / pace) / pace;
      dueMs += (-Math.log(1 - random()) / perSecond) * 1000;
      const waitMs = dueMs - performance.now();
      if (waitMs > 1) await sleep(waitMs);
      // A machine that was busy is not made busier by all that it missed.
      else if (waitMs < -1000) dueMs = performance.now();
    }
  };
  const ended = run();
  return {
    met,
    /** Counts users and times from now on. */
    deployed() {
      startedMs = Date.now();
      for (const seen of met) {
        seen.users.clear();
        seen.faults.clear();
        seen.requests = 0;
      }
    },
    async stop() {
      over.abort();
      await ended;
      await dispatcher.close().catch(() => undefined);
    },
  };
}
