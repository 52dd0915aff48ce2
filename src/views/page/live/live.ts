import { randomBytes } from 'node:crypto';
import { type Facts, gatherFacts, type PageSource } from '../facts.ts';
import { openSeries, type SeriesView } from '../series/series.ts';
import type { Window } from '../series/window.ts';
import { openView } from '../view/view.ts';
import { type Changes, openContent } from './changes.ts';

/** Where a viewer stands: what of the content and of the lines he has. */
export interface Place {
  /** Of this process: what another one numbered means nothing here. */
  boot: string;
  revision: number;
  /** The newest time of the lines that he has. */
  pointMs: number;
}

/** What a viewer lacks. */
export interface Update extends Changes {
  nowMs: number;
  /** The viewer's content is of another process: he forgets it. */
  isWhole: boolean;
  series: SeriesView | undefined;
}

export interface Live {
  /** The facts of now, or of less than a second ago. */
  facts(): Facts;
  /** What somebody at `from` lacks, and where he stands then. */
  update(window: Window, from: Place | undefined): Promise<{ update: Update; place: Place }>;
}

/** Answers within a second come from the same reading. */
const freshMs = 900;

/** A place as the id of an event. */
export const placeText = ({ boot, revision, pointMs }: Place): string => `${boot}-${revision}-${pointMs}`;

/** The place of an event's id; `undefined` when it is none. */
export function placeOf(text: string | undefined): Place | undefined {
  const match = /^([0-9a-f]{8})-(\d{1,15})-(\d{1,15})$/.exec(text ?? '');
  return match ? { boot: match[1] ?? '', revision: Number(match[2]), pointMs: Number(match[3]) } : undefined;
}

/** Opens the live content of a source: read once for all who look. */
export function openLive(source: PageSource, now: () => number): Live {
  const boot = randomBytes(4).toString('hex');
  const viewOf = openView(source);
  const content = openContent();
  const series = openSeries(source.history, source.naming);
  let last: Facts | undefined;
  let shown: Facts | undefined;

  const facts = (): Facts => {
    const nowMs = now();
    if (!last || Math.abs(nowMs - last.nowMs) > freshMs) last = gatherFacts(source, nowMs);
    return last;
  };

  return {
    facts,
    async update(window, from) {
      const nowMs = now();
      const newest = facts();
      if (newest !== shown) {
        content.put(viewOf(newest));
        shown = newest;
      }
      const isKnown = from?.boot === boot && from.revision <= content.revision();
      const revision = content.revision();
      const changes = content.since(isKnown ? from.revision : 0);
      const points = await series.read(window, nowMs, isKnown ? from.pointMs : 0);
      const pointMs = points.timesMs.at(-1) ?? (isKnown ? from.pointMs : 0);
      return {
        update: {
          nowMs,
          isWhole: !isKnown,
          ...changes,
          series: points.timesMs.length > 0 ? points : undefined,
        },
        place: { boot, revision, pointMs },
      };
    },
  };
}
