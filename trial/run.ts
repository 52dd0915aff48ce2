import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { randomFrom } from '../tests/soak/plan.ts';
import { makeCertificates } from './certificates.ts';
import { documentOf } from './document.ts';
import { paceOfMachine } from './machine-pace.ts';
import { type Outcome, others, play } from './play.ts';
import { startPrometheus } from './policies.ts';
import { releases } from './releases/index.ts';
import type { Release } from './releases/release.ts';
import { isRight, summaryTable } from './table.ts';

const usage = `npm run trial -- [--only NAME,…] [--sample N] [--seed NUMBER] [--json] [--write] [--keep]
  --only     these releases; --only tuned or --only outside: the one or the other; --only earlier: thirty more
  --sample   so many of them, drawn by the seed
  --json     one document instead of the table
  --write    write docs/trial.md
  --keep     keep the folders of the releases
  --beside   so many at a time (2)
  --pace     2: every second of it lasts two; as this machine needs it unless given
`;

function given() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string' },
        sample: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        beside: { type: 'string', default: '2' },
        pace: { type: 'string' },
      },
    }).values;
  } catch {
    process.stderr.write(usage);
    process.exit(64);
  }
}

/** Which releases are tried, in an order that the seed gives. */
function chosen(only: string | undefined, sample: number, seed: number): Release[] {
  const names = only?.split(',');
  const wanted = releases.filter(({ name, made }) =>
    names ? names.includes(name) || names.includes(made) : made !== 'earlier',
  );
  const random = randomFrom(seed);
  const drawn = wanted.map((release) => ({ release, at: random() })).sort((a, b) => a.at - b.at);
  return drawn.slice(0, sample).map(({ release }) => release);
}

const values = given();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
/** What follows it in the document is written by hand, and kept. */
const otherRuns = '\n## Other runs\n';

const say = (line: string) => process.stderr.write(`${line}\n`);
const folder = mkdtempSync(path.join(tmpdir(), 'vigil-trial-'));
const waiting = chosen(values.only, Number(values.sample ?? releases.length), seed);
if (waiting.length === 0 || Number.isNaN(seed) || !(Number(values.pace ?? 1) >= 1)) {
  process.stderr.write(usage);
  process.exit(64);
}
const certificates = makeCertificates(folder);
const atOnce = Number(values.beside);
const pace =
  values.pace === undefined ? await paceOfMachine(folder, atOnce, certificates) : Number(values.pace);
say(
  `${waiting.length} releases, ${atOnce} at a time; again with --seed ${seed}; every second lasts ${pace}; in ${folder}`,
);

const prometheus = await startPrometheus(path.join(folder, 'prometheus'));
const outcomes: Outcome[] = [];
const failures: string[] = [];

async function playNext(): Promise<void> {
  for (let release = waiting.shift(); release; release = waiting.shift()) {
    const startedMs = Date.now();
    try {
      const outcome = await play(release, {
        folder,
        certificates,
        prometheus,
        seed,
        pace,
      });
      outcomes.push(outcome);
      const { vigil } = outcome.verdicts;
      const decidedByOthers = others.map((one) => `${one} ${outcome.verdicts[one]?.decision}`).join(', ');
      const took = `${Math.round((Date.now() - startedMs) / 1000)} s`;
      say(
        `${isRight(outcome) ? 'right' : 'WRONG'}  ${release.name}: ${vigil.decision}${vigil.line && `, ${vigil.line}`} (${took}; ${decidedByOthers})`,
      );
    } catch (thrown) {
      failures.push(`${release.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      say(`not tried  ${failures.at(-1)}`);
    }
  }
}

try {
  await Promise.all(Array.from({ length: atOnce }, playNext));
} finally {
  await prometheus.stop();
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
}

const order = new Map(releases.map(({ name }, index) => [name, index]));
outcomes.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
const wrong = outcomes.filter((one) => !isRight(one)).length;
if (values.json) {
  const tried = outcomes.map((one) => ({
    name: one.name,
    bad: one.bad,
    decision: one.verdicts.vigil.decision,
    rightly: isRight(one),
    cycles: one.verdicts.vigil.cycles ?? null,
    cause: one.verdicts.vigil.line,
    namesCause: one.verdicts.vigil.namesCause,
    seconds: one.verdicts.vigil.seconds ?? null,
    rollbackSeconds: one.verdicts.vigil.rollbackSeconds ?? null,
    rollback: one.rollback ?? null,
    beside: one.verdicts,
  }));
  process.stdout.write(`${JSON.stringify({ seed, pace, releases: tried, failures, wrong }, null, 2)}\n`);
} else {
  process.stdout.write(`${summaryTable(outcomes)}\n`);
}
if (values.write) {
  const file = new URL('../docs/trial.md', import.meta.url);
  const [, others = ''] = readFileSync(file, 'utf8').split(otherRuns);
  writeFileSync(
    file,
    `${documentOf(outcomes, { seed, date: new Date(), pace, failures })}${otherRuns}${others}`,
  );
}
process.exit(wrong === 0 && failures.length === 0 ? 0 : 1);
