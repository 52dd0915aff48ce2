import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than 15 s on two cores, the longest first; most of it waits for programs. */
const longest = [
  'package/journeys',
  'docs/commands-beside-stack',
  'journeys/services',
  'journeys/partitions',
  'journeys/ledger',
  'journeys/shards',
  'journeys/python-service',
  'docs/commands',
  'trial/trial',
  'scripts/monitor',
  'stack/journey',
  'package/places',
  'monitor/loop/simulated',
  'drill/command',
  'release/rollback/proof',
  'suite/run/standby-fresh',
  'views/page/browser',
  'monitor/loop/endings',
  'suite/runners/runners',
  'health-tests/small-target',
  'soak/soak',
  'hostile/big-answers',
  'release/rollback/journey',
  'monitor/telemetry/loop',
  'health-tests/on-demand',
  'release/rollback/crash-matrix',
  'suite/checks/integrity',
  'monitor/loop/real-loop',
  'monitor/loop/incidents-48h',
  'setup/render/monitoring/rules',
  'suite/run/standby',
  'hostile/event-loop',
  'hostile/resources',
  'release/gate/without-traffic',
  'scripts/demo',
  'stack/two-days',
  'release/gate/three-probes',
  'release/rollback/reference-target',
  'scripts/foreign-suite',
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
