import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than 15 s on two cores, the longest first; most of it waits for programs. */
const longest = [
  'package/journeys',
  'docs/commands-beside-stack',
  'journeys/services',
  'journeys/partitions',
  'docs/commands',
  'trial/trial',
  'scripts/monitor',
  'stack/journey',
  'package/places',
  'views/page/browser',
  'journeys/python-service',
  'journeys/ledger',
  'journeys/ledger-away',
  'journeys/ledger-slow',
  'release/rollback/proof',
  'health-tests/on-demand',
  'monitor/loop/simulated',
  'monitor/telemetry/loop',
  'release/rollback/journey',
  'suite/run/standby-fresh',
  'health-tests/small-target',
  'monitor/loop/incidents-48h',
  'monitor/loop/endings',
  'monitor/loop/real-loop',
  'drill/command',
  'hostile/big-answers',
  'release/rollback/reference-target',
  'journeys/proxies',
  'journeys/shards',
  'release/rollback/crash-matrix',
  'suite/runners/runners',
  'suite/run/standby',
  'release/gate/three-probes',
  'release/gate/without-traffic',
  'scripts/demo',
  'soak/soak',
  'hostile/event-loop',
  'hostile/resources',
  'stack/two-days',
  'scripts/foreign-suite',
  'suite/checks/integrity',
  'setup/render/monitoring/rules',
  'suite/run/broken-runs',
  'release/gate/command',
  'clients/stores',
  'release/rollback/abort-and-resume',
  'history/kill',
  'docs/pictures',
];

function rank({ moduleId }: TestSpecification): number {
  const name = path.relative(import.meta.dirname, moduleId).replace(/\.test\.ts$/, '');
  const index = longest.indexOf(name);
  return index === -1 ? longest.length : index;
}

/** Begins with the longest files: a fresh clone knows no times, and one of them begun last would keep a worker alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
