import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Facts } from '../facts.ts';
import type { Window } from '../series/window.ts';
import { type Live, placeText } from './live.ts';

const compress = promisify(gzip);

/** Below this an answer is sent as it is. */
const compressFromBytes = 4096;

/** The whole content of a window as JSON; compressed where that is worth it. */
export interface WholeAnswer {
  body: Buffer;
  gzipped: Buffer | undefined;
}

/** Makes the whole content once for each window and reading of the facts, for all who ask; a failure is not kept. */
export function openWholeAnswer(live: Live): (window: Window) => Promise<WholeAnswer> {
  const kept = new Map<number, { facts: Facts; answer: Promise<WholeAnswer> }>();
  const make = async (window: Window): Promise<WholeAnswer> => {
    const { update, place } = await live.update(window, undefined);
    const body = Buffer.from(JSON.stringify({ ...update, place: placeText(place) }));
    const gzipped = body.length < compressFromBytes ? undefined : await compress(body, { level: 3 });
    return { body, gzipped };
  };
  return async (window) => {
    const facts = live.facts();
    const before = kept.get(window.hours);
    if (before?.facts === facts) return before.answer;
    const entry = { facts, answer: make(window) };
    kept.set(window.hours, entry);
    entry.answer.catch(() => kept.get(window.hours) === entry && kept.delete(window.hours));
    return entry.answer;
  };
}
