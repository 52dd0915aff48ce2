import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes more than 15 s on two cores, the longest first; most of it waits for programs. */
const longest = [
  'package/journeys',
  'docs/commands-beside-stack',
  'docs/commands',
  'stack/journey',
  'scripts/monitor',
  'stack/two-days',
  'drill/command',
  'stack/command',
  'suite/run/standby-fresh',
  'docs/worked-examples',
  'alerts/notify/killed',
  'release/rollback/crash-matrix',
  'monitor/loop/endings',
  'suite/checks/integrity',
  'health-tests/small-target',
  'monitor/telemetry/loop',
  'hostile/journal',
  'hostile/reports',
  'release/rollback/journey',
  'hostile/secrets',
  'release/gate/three-probes',
  'views/page/browser',
  'docs/pictures',
  'hostile/shown-text',
  'soak/soak',
  'monitor/loop/real-loop',
  'monitor/loop/simulated',
  'history/kill',
  'scripts/foreign-suite',
  'suite/run/broken-runs',
  'hostile/resources',
  'setup/render/monitoring/rules',
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
