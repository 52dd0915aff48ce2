import type { DatabaseSync } from 'node:sqlite';
import { adoptFiles, type Taking } from './adopt-files.ts';

/** One step of the schema: statements that lead from the version before to this one. */
export interface Migration {
  version: number;
  sql: string;
  /** What else the step does, within its transaction. */
  adopt?(db: DatabaseSync, file: string, taking: Taking): void;
}

/** Marks the file as ours ("VIGL"), so that no other program's database is ever taken for one. */
export const applicationId = 0x5649474c;

/**
 * Every version of the schema, oldest first; a version that was released is never edited.
 * Times are milliseconds since 1970. Words that repeat (checks, names, reasons) are stored once and
 * referred to by number; `texts.last_cycle` says until when a text is needed. Nothing declares a reference to
 * texts: SQLite would search all outcomes for each text that retention deletes.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, last_cycle INTEGER NOT NULL) STRICT;
CREATE TABLE checks (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, suite TEXT NOT NULL) STRICT;
CREATE TABLE metrics (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, operator TEXT NOT NULL,
  UNIQUE (name, unit, operator)
) STRICT;

CREATE TABLE cycles (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  slot_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  target INTEGER NOT NULL REFERENCES names,
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'inconclusive')),
  passed INTEGER NOT NULL, failed INTEGER NOT NULL, unknown INTEGER NOT NULL, skipped INTEGER NOT NULL,
  executed INTEGER NOT NULL,
  problems TEXT,
  live TEXT
) STRICT;
CREATE INDEX cycles_by_start ON cycles (started_ms, target, passed, failed, unknown);

CREATE TABLE outcomes (
  cycle INTEGER NOT NULL REFERENCES cycles ON DELETE CASCADE,
  position INTEGER NOT NULL,
  "check" INTEGER NOT NULL REFERENCES checks,
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 3),
  executed INTEGER NOT NULL,
  duration_ms INTEGER,
  reason INTEGER,
  PRIMARY KEY (cycle, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE measurements (
  cycle INTEGER NOT NULL REFERENCES cycles ON DELETE CASCADE,
  position INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  metric INTEGER NOT NULL REFERENCES metrics,
  value REAL,
  bound REAL,
  sample INTEGER,
  note INTEGER,
  PRIMARY KEY (cycle, position, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE signals (
  cycle INTEGER NOT NULL REFERENCES cycles ON DELETE CASCADE,
  name INTEGER NOT NULL REFERENCES names,
  value REAL,
  PRIMARY KEY (cycle, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE violations (seq INTEGER PRIMARY KEY AUTOINCREMENT, time_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;

CREATE TABLE grids (start_ms INTEGER PRIMARY KEY, interval_ms INTEGER NOT NULL, end_ms INTEGER) STRICT;
CREATE TABLE slots (
  slot_ms INTEGER PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('in flight', 'observed', 'missed')),
  reason TEXT,
  cycle_id TEXT,
  owner TEXT
) STRICT;
CREATE INDEX slots_in_flight ON slots (slot_ms) WHERE state = 'in flight';

CREATE TABLE series (id INTEGER PRIMARY KEY, name INTEGER NOT NULL REFERENCES names, text TEXT NOT NULL UNIQUE) STRICT;
CREATE INDEX series_by_name ON series (name);
CREATE TABLE layouts (id INTEGER PRIMARY KEY, series TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE scrapes (
  id INTEGER PRIMARY KEY,
  time_ms INTEGER NOT NULL,
  layout INTEGER NOT NULL REFERENCES layouts,
  target INTEGER NOT NULL REFERENCES names,
  "values" BLOB,
  UNIQUE (time_ms, layout)
) STRICT;

CREATE TABLE transitions (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, alert TEXT NOT NULL, labels TEXT NOT NULL,
  "from" TEXT NOT NULL, "to" TEXT NOT NULL, value REAL, cycle_id TEXT
) STRICT;
CREATE INDEX transitions_by_time ON transitions (time_ms);
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, channel TEXT NOT NULL, alert_key TEXT NOT NULL,
  status TEXT NOT NULL, attempt INTEGER, detail TEXT
) STRICT;
CREATE INDEX notifications_by_time ON notifications (time_ms);
CREATE TABLE deployments (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, release TEXT NOT NULL, who TEXT, note TEXT
) STRICT;
CREATE INDEX deployments_by_time ON deployments (time_ms);
CREATE TABLE rollbacks (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL,
  status TEXT NOT NULL, reason TEXT, who TEXT, release TEXT, note TEXT
) STRICT;
CREATE INDEX rollbacks_by_time ON rollbacks (time_ms);
CREATE TABLE acknowledgements (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, alert_key TEXT NOT NULL, who TEXT NOT NULL,
  until_ms INTEGER, note TEXT
) STRICT;
CREATE INDEX acknowledgements_by_time ON acknowledgements (time_ms);
CREATE TABLE maintenance (
  id TEXT PRIMARY KEY, reason TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
  matcher TEXT NOT NULL, who TEXT
) STRICT;
CREATE TABLE baseline (
  "check" TEXT NOT NULL, fingerprint TEXT NOT NULL, time_ms INTEGER NOT NULL,
  PRIMARY KEY ("check", fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE state (key TEXT PRIMARY KEY, json TEXT NOT NULL, time_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 2,
    sql: `
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY, decision_id TEXT NOT NULL UNIQUE, time_ms INTEGER NOT NULL,
  from_percent REAL NOT NULL, to_percent REAL NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'inconclusive')), taken INTEGER NOT NULL,
  deployed_ms INTEGER, release TEXT, asked_by TEXT NOT NULL, via TEXT NOT NULL,
  override_by TEXT, override_reason TEXT, times INTEGER NOT NULL, last_ms INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_time ON decisions (time_ms);
`,
  },
  {
    version: 3,
    // A run is one option carried out; its stages and their steps are written before and after they act.
    sql: `
CREATE TABLE rollback_runs (
  id TEXT PRIMARY KEY,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  type TEXT NOT NULL CHECK (type IN ('flag', 'git', 'backup', 'database')),
  option INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'aborted', 'escalated')),
  reason TEXT NOT NULL,
  "trigger" TEXT,
  episode TEXT,
  who TEXT NOT NULL,
  detail TEXT,
  owner TEXT NOT NULL,
  plan TEXT NOT NULL,
  incident TEXT,
  abort_asked_ms INTEGER,
  settled_ms INTEGER
) STRICT;
CREATE INDEX rollback_runs_by_start ON rollback_runs (started_ms);
CREATE UNIQUE INDEX rollback_runs_one_at_a_time ON rollback_runs (status) WHERE status = 'running';
CREATE TABLE rollback_stages (
  run TEXT NOT NULL REFERENCES rollback_runs ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL CHECK (name IN ('announce', 'drain', 'rollback', 'verify', 'validate')),
  budget_ms INTEGER NOT NULL,
  started_ms INTEGER,
  ended_ms INTEGER,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'over budget', 'aborted')),
  detail TEXT,
  PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE rollback_steps (
  run TEXT NOT NULL REFERENCES rollback_runs ON DELETE CASCADE,
  id TEXT NOT NULL,
  stage TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  attempts INTEGER NOT NULL,
  process TEXT,
  detail TEXT,
  PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    version: 4,
    sql: `
CREATE TABLE mutes (
  id INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, alert TEXT NOT NULL, alert_key TEXT NOT NULL,
  labels TEXT NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL
) STRICT;
CREATE INDEX mutes_by_time ON mutes (time_ms);
`,
  },
  {
    // A failure that has a row here decided nothing: who mends the check, until when, and why it was excused.
    version: 5,
    sql: `
CREATE TABLE quarantined (
  cycle INTEGER NOT NULL REFERENCES cycles ON DELETE CASCADE,
  position INTEGER NOT NULL, owner TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (cycle, position)
) STRICT, WITHOUT ROWID;
`,
  },
  {
    // What else would be looked for in the whole history, at every cycle or question, is found by an index.
    version: 6,
    sql: `
DROP INDEX cycles_by_start;
CREATE INDEX cycles_by_start ON cycles (started_ms, target, verdict, passed, failed, unknown);
CREATE INDEX scrapes_by_layout ON scrapes (layout, time_ms);
CREATE INDEX violations_by_time ON violations (time_ms);
CREATE INDEX texts_by_cycle ON texts (last_cycle);
CREATE INDEX decisions_by_last ON decisions (last_ms);
CREATE INDEX decisions_taken ON decisions (deployed_ms) WHERE taken = 1;
`,
  },
  {
    // A cycle that somebody asked for, outside of any schedule. Version 0.1.0 kept such cycles in JSON files alone.
    version: 7,
    sql: 'ALTER TABLE cycles ADD COLUMN on_demand INTEGER NOT NULL DEFAULT 0',
    adopt: adoptFiles,
  },
  {
    // When a check was last judged, and whether it ever was, is found without reading every outcome.
    version: 8,
    sql: 'CREATE INDEX outcomes_judged ON outcomes ("check", cycle) WHERE outcome <> 3',
  },
  {
    // A long gap is one row of why nothing ran in it: slots from from_ms to before to_ms, one each interval_ms. A mark says
    // how far every table had come when the watch had run for observed_ms; only what is older than a mark is ever deleted.
    version: 9,
    sql: `
CREATE TABLE gaps (from_ms INTEGER PRIMARY KEY, to_ms INTEGER NOT NULL, interval_ms INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE marks (observed_ms INTEGER PRIMARY KEY, wall_ms INTEGER NOT NULL, last_rows TEXT NOT NULL) STRICT;
ALTER TABLE cycles ADD COLUMN left_behind TEXT;
`,
  },
  {
    // The first, the last and how many outcomes of a check, of each kind, are found without reading the others.
    version: 10,
    sql: `
DROP INDEX outcomes_judged;
CREATE INDEX outcomes_by_check ON outcomes ("check", outcome, cycle);
`,
  },
  {
    // Checks without an id of their own were called by class and name, and are called by their whole path from now on; what
    // was recorded by name goes over to the check that was called so, when a cycle shows which one that is.
    version: 11,
    sql: `
ALTER TABLE checks ADD COLUMN by_name INTEGER NOT NULL DEFAULT 0;
UPDATE checks SET by_name = 1;
`,
  },
  {
    // Whose evidence a cycle is: the deployment by name, the release ids that its services said (JSON), and by which suite
    // and limits it was judged. Cycles of before have none.
    version: 12,
    sql: `
CREATE TABLE criteria (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, suite TEXT NOT NULL, limits TEXT NOT NULL) STRICT;
ALTER TABLE cycles ADD COLUMN deployment INTEGER REFERENCES names;
ALTER TABLE cycles ADD COLUMN releases TEXT;
ALTER TABLE cycles ADD COLUMN criteria INTEGER REFERENCES criteria;
`,
  },
  {
    // What is not yet written to the ledger that several Vigils share. Of a rollback that the ledger knows: the row there, the
    // fencing number, and of one that runs elsewhere whether its process still holds it.
    version: 13,
    sql: `
CREATE TABLE ledger_outbox (id INTEGER PRIMARY KEY, entry TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT;
ALTER TABLE rollback_runs ADD COLUMN shared TEXT;
ALTER TABLE rollback_runs ADD COLUMN fence INTEGER;
ALTER TABLE rollback_runs ADD COLUMN elsewhere TEXT CHECK (elsewhere IN ('alive', 'cut off'));
DROP INDEX rollback_runs_one_at_a_time;
CREATE UNIQUE INDEX rollback_runs_one_at_a_time ON rollback_runs (status) WHERE status = 'running' AND elsewhere IS NULL;
`,
  },
  {
    // Whose evidence the cycles of two days are, for which slots they ran and which were asked for is read from the index alone.
    version: 14,
    sql: `
DROP INDEX cycles_by_start;
CREATE INDEX cycles_by_start ON cycles (
  started_ms, target, verdict, passed, failed, unknown, deployment, releases, criteria, slot_ms, on_demand
);
`,
  },
  {
    // Most decisions hold no advice; those that do are found without reading the others.
    version: 15,
    sql: `
CREATE INDEX decisions_advised ON decisions (time_ms)
WHERE instr(body, '"outcome":"advisory"') OR instr(body, '"quarantined":["');
`,
  },
];
