import type { Facts } from '../facts.ts';
import type { Window } from '../series/window.ts';
import { type Live, placeText } from './live.ts';

/** Makes the whole content of a window as JSON, once for each reading of the facts, for all who ask; a failure is not kept. */
export function openWholeAnswer(live: Live): (window: Window) => Promise<string> {
  const kept = new Map<number, { facts: Facts; answer: Promise<string> }>();
  const make = async (window: Window): Promise<string> => {
    const { update, place } = await live.update(window, undefined);
    return JSON.stringify({ ...update, place: placeText(place) });
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
