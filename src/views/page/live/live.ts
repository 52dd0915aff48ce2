import { randomBytes } from 'node:crypto';
import { type Facts, gatherFacts, type PageSource } from '../facts.ts';
import { openSeries } from '../series/series.ts';
import type { Window } from '../series/window.ts';
import { openView } from '../view/view.ts';

export interface Live {
  /** The facts of now, or of less than a second ago. */
  facts(): Facts;
  /** Names what is shown in a window: another text as soon as anything in it differs, also after a restart. */
  place(window: Window): string;
  /** The content of a window as JSON, made once for all who ask within a second; a failure is not kept. */
  answer(window: Window): Promise<string>;
}

/** The facts of one instant, what the page says of them, and the answers that were made of it by their hours. */
interface Reading {
  facts: Facts;
  revision: number;
  set: Record<string, unknown>;
  answers: Map<number, Promise<string>>;
}

/** Answers within a second come from the same reading. */
const freshMs = 900;

/** Opens the live content of a source: read once for all who look. */
export function openLive(source: PageSource, now: () => number): Live {
  const boot = randomBytes(4).toString('hex');
  const viewOf = openView(source);
  const series = openSeries(source.history, source.naming);
  let last: Reading | undefined;
  let shown = '';

  const read = (): Reading => {
    const nowMs = now();
    if (last && Math.abs(nowMs - last.facts.nowMs) <= freshMs) return last;
    const facts = gatherFacts(source, nowMs);
    const set = Object.fromEntries(viewOf(facts));
    const json = JSON.stringify(set);
    const revision = (last?.revision ?? 0) + (json === shown ? 0 : 1);
    shown = json;
    last = { facts, revision, set, answers: new Map() };
    return last;
  };
  const placeIn = ({ stepMs }: Window, { facts, revision }: Reading): string =>
    `${boot}-${revision}-${Math.floor(facts.nowMs / stepMs) * stepMs}`;
  const make = async (window: Window, reading: Reading): Promise<string> => {
    const { facts, set } = reading;
    const lines = await series.read(window, facts.nowMs);
    const place = placeIn(window, reading);
    // Every answer is the whole: `isWhole` and `gone` stay for the programs that read them.
    return JSON.stringify({ nowMs: facts.nowMs, isWhole: true, set, gone: [], series: lines, place });
  };

  return {
    facts: () => read().facts,
    place: (window) => placeIn(window, read()),
    async answer(window) {
      const reading = read();
      const { answers } = reading;
      const answer = answers.get(window.hours) ?? make(window, reading);
      answers.set(window.hours, answer);
      answer.catch(() => answers.delete(window.hours));
      return answer;
    },
  };
}
