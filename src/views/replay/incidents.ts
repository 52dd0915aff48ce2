import { z } from 'zod';
import { labelFingerprint, validated } from '../../core/index.ts';
import type { JournalReader, RowReader } from '../../history/index.ts';
import { rollbackRuns } from '../../release/index.ts';
import { alertTitle } from '../report/words.ts';
import type { Episode } from './replay-schema.ts';

/** Something that really was wrong. */
export interface Incident {
  name: string;
  fromMs: number;
  toMs: number;
  /** Names of the alerts that count as having seen it; any, when it names none. */
  alerts?: readonly string[] | undefined;
}

/** What counts as true, and who says so. */
export interface Truth {
  source: 'file' | 'recorded' | 'nothing';
  /** In a sentence, for the output. */
  explanation: string;
  incidents: Incident[];
}

const time = z.iso
  .datetime({ offset: true, error: 'expected a time such as "2026-01-05T06:00:00Z"' })
  .transform((text) => Date.parse(text));

const file = z
  .array(
    z
      .strictObject({
        name: z.string().min(1),
        from: time,
        to: time,
        alerts: z.array(z.string().min(1)).min(1).optional(),
      })
      .refine(({ from, to }) => !(from >= to), 'expected "from" before "to"')
      .transform(({ name, from, to, alerts }): Incident => ({ name, fromMs: from, toMs: to, alerts })),
    { error: 'expected a list of incidents: [{ "name", "from", "to", "alerts"? }]' },
  )
  .min(1, 'expected at least one incident');

/** Incidents as a person labelled them. CONFIG_INVALID names what is wrong. */
export function labelledIncidents(input: unknown, name: string): Truth {
  return {
    source: 'file',
    explanation: `what ${name} labels, and nothing else`,
    incidents: validated(file, input, name, 'docs/replay.md shows such a file'),
  };
}

/**
 * Incidents that the history itself vouches for, whatever any limit says: a rollback that ran, and an alert that a
 * person took. What nobody acted on may be true all the same, and is not called false.
 */
export function recordedIncidents(
  reader: JournalReader & RowReader,
  episodes: readonly Episode[],
  fromMs: number,
  toMs: number,
): Truth {
  const rollbacks = rollbackRuns(reader, fromMs, toMs).map(
    ({ type, reason, trigger, startedMs, endedMs }): Incident => ({
      name: `rollback (${type}): ${reason}`,
      fromMs: Math.min(startedMs, trigger && trigger.sinceMs > 0 ? trigger.sinceMs : startedMs),
      toMs: endedMs ?? toMs,
    }),
  );
  const taken = reader.acknowledgements(fromMs, toMs).flatMap(({ alertKey, timeMs, who }): Incident[] => {
    const episode = episodes.find(
      ({ labels, firedMs, resolvedMs }) =>
        labelFingerprint(labels) === alertKey && firedMs <= timeMs && timeMs <= (resolvedMs ?? toMs),
    );
    if (!episode) return [];
    const { pendingMs, resolvedMs } = episode;
    return [{ name: `${alertTitle(episode)}, taken by ${who}`, fromMs: pendingMs, toMs: resolvedMs ?? toMs }];
  });
  const incidents = [...rollbacks, ...taken].sort((a, b) => a.fromMs - b.fromMs);
  return incidents.length === 0
    ? {
        source: 'nothing',
        explanation: 'unknown: none is labelled (--incidents), no rollback ran and no alert was acknowledged',
        incidents,
      }
    : {
        source: 'recorded',
        explanation: 'rollbacks that ran and alerts that were acknowledged; label others with --incidents',
        incidents,
      };
}
