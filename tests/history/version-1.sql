-- A history as version 1 wrote it. It is never edited: every later version must open it.
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA application_id = 1447642956;
PRAGMA user_version = 1;

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

INSERT INTO names VALUES (1, 'http://target'), (2, 'errorRatio'), (3, 'up'), (4, 'orchestrator');
INSERT INTO texts VALUES (1, 'P95 took 412 ms', 2), (2, 'n too small', 2);
INSERT INTO checks VALUES (1, 'H01', 'critical components loaded', 'health'), (2, 'S02', 'latency baseline', 'smoke');
INSERT INTO metrics VALUES (1, 'P95 latency', 'seconds', '<');
INSERT INTO cycles VALUES
  (1, 'first', 1767225600000, 1767225600012, 7000, 1, 'pass', 2, 0, 0, 0, 2, NULL, NULL),
  (2, 'second', 1767225900000, 1767225900007, 7100, 1, 'fail', 1, 1, 0, 0, 2, '["torn"]', NULL);
INSERT INTO outcomes VALUES (1, 0, 1, 0, 1, 20, NULL), (1, 1, 2, 0, 1, 900, NULL),
  (2, 0, 1, 0, 1, 21, NULL), (2, 1, 2, 1, 1, 950, 1);
INSERT INTO measurements VALUES (2, 1, 0, 1, 0.412, 0.2, 100, 2);
INSERT INTO signals VALUES (1, 2, 0.0), (2, 2, 0.02);
INSERT INTO violations VALUES (1, 1767225900007, '{"alertname":"HealthCheckFailed"}');
INSERT INTO grids VALUES (1767225600000, 300000, 1767398400000);
INSERT INTO slots VALUES (1767225600000, 'observed', NULL, NULL, NULL), (1767225900000, 'observed', NULL, NULL, NULL),
  (1767226200000, 'missed', 'overrun', NULL, NULL), (1767226500000, 'in flight', NULL, 'third', '["gone",1,"1"]');
INSERT INTO series VALUES (1, 3, 'up{job="orchestrator"}');
INSERT INTO layouts VALUES (1, '1');
INSERT INTO scrapes VALUES (1, 1767225600000, 1, 4, x'000000000000f03f'), (2, 1767225615000, 1, 4, NULL);
INSERT INTO transitions VALUES (1, 1767225900007, 'HighErrorRate', '{"severity":"critical"}', 'inactive', 'pending', 0.02, 'second');
INSERT INTO notifications VALUES (1, 1767225900008, 'console', 'HighErrorRate', 'sent', 1, NULL);
INSERT INTO deployments VALUES (1, 1767225500000, '1.4.0', 'ann', NULL);
INSERT INTO rollbacks VALUES (1, 1767226000000, 'git', 'drain', 'done', NULL, NULL, '1.3.9', NULL);
INSERT INTO acknowledgements VALUES (1, 1767226000000, 'HighErrorRate', 'ann', NULL, 'looking');
INSERT INTO maintenance VALUES ('w', 'reboot', 1767225600000, 1767225700000, '{}', NULL);
INSERT INTO baseline VALUES ('H07', 'known', 1767225400000);
INSERT INTO state VALUES ('alerts', '{"pending":[1]}', 1767225900007);
