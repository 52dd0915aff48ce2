import { randomBytes } from 'node:crypto';
import { releaseAt } from '../../report/window.ts';
import { gatherFacts, type PageSource } from '../facts.ts';
import type { Headline } from '../headline/headline.ts';
import { openSeries } from '../series/series.ts';
import type { Window } from '../series/window.ts';
import { checkHistory } from '../view/check-history.ts';
import { type PlainView, plainView } from '../view/plain.ts';
import { openView } from '../view/view.ts';

/** What the page says of one instant, as JSON too, and the answers that were made of it. */
interface Reading {
  nowMs: number;
  headline: Headline;
  plain: PlainView;
  set: string;
  revision: number;
  answers: Map<Window, Promise<string>>;
  /** Of checks that somebody opened, by window and id. */
  checks: Map<string, string>;
  /** The checks that are shown. */
  ids: ReadonlySet<string>;
}

/** Answers within a second come from the same reading. */
const freshMs = 900;

/** Opens the live content of a source: read once for all who look. */
export function openLive(source: PageSource, now: () => number) {
  const boot = randomBytes(4).toString('hex');
  const viewOf = openView(source);
  const series = openSeries(source.history, source.naming);
  const earlier = openSeries(source.history, source.naming);
  let last: Reading | undefined;

  const read = (): Reading => {
    const nowMs = now();
    if (last && Math.abs(nowMs - last.nowMs) <= freshMs) return last;
    const facts = gatherFacts(source, nowMs);
    const view = viewOf(facts);
    const set = JSON.stringify(view);
    const revision = (last?.revision ?? 0) + (set === last?.set ? 0 : 1);
    const ids = new Set(view.meta.checks);
    const plain = plainView(facts);
    last = {
      nowMs,
      ids,
      plain,
      headline: view.headline,
      set,
      revision,
      answers: new Map(),
      checks: new Map(),
    };
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
    /** What the document says to who has no script. */
    plain: () => read().plain,
    /** Names what is shown in a window: another text as soon as anything in it differs, also after a restart. */
    place: (window: Window) => placeIn(window, read()),
    /** What there is to see of a check as JSON, made once for all who ask within a second; `undefined` for one that is none. */
    check(id: string, { hours }: Window): string | undefined {
      const { checks, ids, nowMs } = read();
      if (!ids.has(id)) return undefined;
      const key = `${hours} ${id}`;
      const answer = checks.get(key) ?? JSON.stringify(checkHistory(source, id, hours, nowMs));
      checks.set(key, answer);
      return answer;
    },
    /** The same window up to the deployment of what is in production, as JSON; `undefined` while none is recorded. */
    async before(window: Window): Promise<string | undefined> {
      const release = releaseAt(source.history.deployments(0, now()));
      if (!release) return undefined;
      const { columns } = await earlier.read(window, release.sinceMs);
      return JSON.stringify({ release: release.release, deployedMs: release.sinceMs, columns });
    },
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
