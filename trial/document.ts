import { intervalSeconds, stages } from './configuration.ts';
import type { Outcome } from './play.ts';
import { isRight, releasesTable, summaryTable } from './table.ts';

interface Trial {
  seed: number;
  date: Date;
  /** How long a second lasted, in seconds. */
  pace: number;
  failures: readonly string[];
}

/** A wrong decision with Vigil's first line; where nothing of the shop shows the fault, what would. */
function missLine({ name, what, shownBy, verdicts: { vigil } }: Outcome): string {
  const said = vigil.line && ` ${vigil.line}.`;
  return `- **${name}** (${what}): ${vigil.decision}.${said}${shownBy ? ` Nothing that was watched shows it; ${shownBy} would.` : ''}`;
}

/** The page of the documents that says how often Vigil was right, with the misses. */
export function documentOf(outcomes: readonly Outcome[], { seed, date, pace, failures }: Trial): string {
  const bad = outcomes.filter((one) => one.bad).length;
  const outside = outcomes.filter((one) => one.made === 'outside').length;
  const misses = outcomes.filter((one) => !isRight(one));
  const soaks = stages.map(({ percent, soakSeconds }) => `${percent} % after ${soakSeconds} s`).join(', ');
  return `# The decision, tried

Vigil decides whether a release gets more traffic, waits or is taken back. This page says how often that was right:
${outcomes.length} releases of a shop that is not Genesis, ${outcomes.length - bad} healthy and ${bad} bad, each with real traffic behind a real nginx.
Made by \`npm run trial -- --write --seed ${seed}\` on ${date.toISOString().slice(0, 10)}; the releases are data in \`trial/releases/\`.

The shop has two instances of each release, its people wrote five checks and the configuration in
\`trial/configuration.ts\`. The gate is asked before each step (${soaks}, each counted from the one before), automatic
rollback is on, and every time is compressed: one minute of the rules takes 1.2 s.${pace === 1 ? '' : ` The machine was slow: in this run every second of it lasted ${pace}.`} Beside it, in a second shop with the same users,
decide one smoke run of the same five checks, rules in the manner of Flagger (success rate ≥ 99 %, P99 ≤ 500 ms, threshold 3) and an
analysis in the manner of Argo Rollouts (success rate ≥ 95 %, failure limit 3), both by a real Prometheus.

${summaryTable(outcomes)}

*Held*: it did not open within twice its soak time. Times and *cycles* count from when the fault was first to be seen, until it
was said not to go on, and was said so until the decision: by Vigil, whose loop is asked twice a second (\`GET /api/gate\`), for a
reason other than that it is too early; by the others with the first of the failed measurements, one every ${intervalSeconds} s. A rollback
comes later: its triggers hold for 2 and 5 minutes by specification, which are 2.4 s and 6 s here.

Read the row of the *outside* releases for what to expect of those that nobody has prepared for: Vigil was not improved on
them. The *tuned* ones show only what was learnt.

Where Vigil is not the best: one smoke run decides sooner and rolls back at once, as it has no time to wait for; and Vigil
tells more of the healthy releases to wait for a while, because one failing cycle is enough to keep its gate shut, where
rules over averages see nothing yet.

## What was wrong

${misses.length === 0 ? 'Nothing in this run.' : misses.map(missLine).join('\n')}
${failures.length === 0 ? '' : `\nNot tried: ${failures.join('; ')}.\n`}
## Every release

Wrong decisions are bold. Releases without ° are tuned: Vigil was improved on their results. Releases with °, ${outside} here, are
from outside: thirty were written after incidents of other companies, without reading how Vigil judges. Their author
knew the shop, its stages and the releases before them; not Vigil's source, the shop's checks and configuration for it, nor
the documentation of the gate. Each was tried on the shop alone, to see that its fault shows, before Vigil ran on any. Once
Vigil is changed for one of them, that one is tuned on and stands without °.

The outside releases before these, thirty by somebody who knew how Vigil judges, are not in the table:
\`npm run trial -- --only earlier\` runs it.

${releasesTable(outcomes)}
`;
}
