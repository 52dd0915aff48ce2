import { randomBytes } from 'node:crypto';
import { gatherFacts, type PageSource } from '../facts.ts';
import type { Headline } from '../headline/headline.ts';
import { openSeries } from '../series/series.ts';
import type { Window } from '../series/window.ts';
import { openView } from '../view/view.ts';

/** What the page says of one instant, as JSON too, and the answers that were made of it. */
interface Reading {
  nowMs: number;
  headline: Headline;
  set: string;
  revision: number;
  answers: Map<Window, Promise<string>>;
}

/** Answers within a second come from the same reading. */
const freshMs = 900;

/** Opens the live content of a source: read once for all who look. */
export function openLive(source: PageSource, now: () => number) {
  const boot = randomBytes(4).toString('hex');
  const viewOf = openView(source);
  const series = openSeries(source.history, source.naming);
  let last: Reading | undefined;

  const read = (): Reading => {
    const nowMs = now();
    if (last && Math.abs(nowMs - last.nowMs) <= freshMs) return last;
    const view = viewOf(gatherFacts(source, nowMs));
    const set = JSON.stringify(view);
    const revision = (last?.revision ?? 0) + (set === last?.set ? 0 : 1);
    last = { nowMs, headline: view.headline, set, revision, answers: new Map() };
    return last;
  };
  const placeIn = ({ stepMs }: Window, { nowMs, revision }: Reading): string =>
    `${boot}-${revision}-${Math.floor(nowMs / stepMs) * stepMs}`;
  const make = async (window: Window, reading: Reading): Promise<string> => {
    const { nowMs, set } = reading;
    const lines = JSON.stringify(await series.read(window, nowMs));
    // Every answer is the whole: `isWhole` and `gone` stay for the programs that read them.
    const rest = `"isWhole":true,"gone":[],"place":"${placeIn(window, reading)}"`;
    return `{"nowMs":${nowMs},"set":${set},"series":${lines},${rest}}`;
  };

  return {
    /** The sentence of now, or of less than a second ago. */
    headline: () => read().headline,
    /** Names what is shown in a window: another text as soon as anything in it differs, also after a restart. */
    place: (window: Window) => placeIn(window, read()),
    /** The content of a window as JSON, made once for all who ask within a second; a failure is not kept. */
    async answer(window: Window): Promise<string> {
      const reading = read();
      const answer = reading.answers.get(window) ?? make(window, reading);
      reading.answers.set(window, answer);
      answer.catch(() => reading.answers.delete(window));
      return answer;
    },
  };
}

export type Live = ReturnType<typeof openLive>;
