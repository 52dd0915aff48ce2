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
  'notify/killed',
  'rollback/crash-matrix',
  'loop/simulated',
  'rollback/journey',
  'loop/endings',
  'telemetry/loop',
  'gate/three-probes',
  'page/browser',
  'history/kill',
  'health-tests/small-target',
  'run/broken-runs',
  'soak/soak',
  'hostile/resources',
  'loop/real-loop',
  'render/monitoring/rules',
  'checks/integrity',
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
