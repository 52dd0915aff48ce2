import { z } from 'zod';
import { byText } from '../../core/index.ts';
import type { JournalReader, RowReader } from '../../history/index.ts';
import { type Outturn, outturnsAt, outturnText } from '../rollback/runs/outturn.ts';

/** What is read of a decision that was kept. */
const kept = z
  .object({
    conditions: z.array(z.object({ title: z.string(), outcome: z.string() })).catch([]),
    evidence: z.object({ quarantined: z.array(z.string()).catch([]) }).catch({ quarantined: [] }),
  })
  .catch({ conditions: [], evidence: { quarantined: [] } });

/** What advises against a decision and holds nothing: conditions of `rollout.advisory`, and checks in quarantine that fail. */
function advisersOf(body: unknown): string[] {
  const { conditions, evidence } = kept.parse(body);
  const advised = conditions.filter(({ outcome }) => outcome === 'advisory').map(({ title }) => title);
  return [...advised, ...evidence.quarantined.map((id) => `check ${id}`)];
}

/**
 * The decisions in fromMs ≤ time ≤ toMs on a recorded deployment that hold advice, in the order in which they were made. What says
 * so in a body is the condition of the index `decisions_advised`, so that no other body is read.
 */
const advisedIn = (reader: RowReader, fromMs: number, toMs: number) =>
  reader.query(
    `SELECT time_ms AS atMs, deployed_ms AS deployedMs, body FROM decisions
WHERE (instr(body, '"outcome":"advisory"') OR instr(body, '"quarantined":["'))
  AND time_ms BETWEEN ${fromMs} AND ${toMs} AND deployed_ms IS NOT NULL ORDER BY time_ms, id`,
  ) as { atMs: number; deployedMs: number; body: string }[];

/** How often each advisory condition and check advised against a deployment in fromMs ≤ time ≤ toMs, and how often that was right. */
export function advisoryRecords(reader: JournalReader & RowReader, fromMs: number, toMs: number): string[] {
  const outturns = new Map<string, Map<number, Outturn>>();
  let outturnOf: ReturnType<typeof outturnsAt> | undefined;
  for (const { atMs, deployedMs, body } of advisedIn(reader, fromMs, toMs)) {
    for (const adviser of advisersOf(JSON.parse(body))) {
      const known = outturns.get(adviser) ?? new Map<number, Outturn>();
      // Most watches have no advice; the journal is read when there is some.
      outturnOf ??= outturnsAt(reader, toMs);
      // Once for a deployment, by its first advice.
      if (!known.has(deployedMs)) known.set(deployedMs, outturnOf({ atMs, deployedMs }));
      outturns.set(adviser, known);
    }
  }
  return [...outturns]
    .sort(([a], [b]) => byText(a, b))
    .map(
      ([adviser, known]) =>
        `${adviser} would have held ${known.size === 1 ? 'one release' : `${known.size} releases`}: ${outturnText([...known.values()])}`,
    );
}
