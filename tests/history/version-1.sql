-- What version 1 wrote into the tables of its schema. It is never edited: every later version must open it.
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA application_id = 1447642956;
PRAGMA user_version = 1;

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
