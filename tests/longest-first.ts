import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than 15 s on two cores, the longest first; most of it waits for programs. */
const longest = [
  'package/journeys',
  'stack/journey',
  'docs/commands-beside-stack',
  'docs/commands',
  'scripts/monitor',
  'drill/command',
  'alerts/notify/killed',
  'release/rollback/crash-matrix',
  'monitor/loop/simulated',
  'release/rollback/journey',
  'monitor/loop/endings',
  'monitor/telemetry/loop',
  'release/gate/three-probes',
  'views/page/browser',
  'history/kill',
  'health-tests/small-target',
  'suite/run/broken-runs',
  'soak/soak',
  'hostile/resources',
  'monitor/loop/real-loop',
  'setup/render/monitoring/rules',
  'suite/checks/integrity',
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
