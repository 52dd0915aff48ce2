import { parseSeconds, totalsOf } from './attributes.ts';
import { type CaseTally, emptyTally } from './totals.ts';
import type { JUnitSuite } from './types.ts';
import type { XmlAttributes } from './xml.ts';

/** A suite being read, or the root around them. */
export interface Frame {
  suite: JUnitSuite | undefined;
  /** One array per suite, shared by its cases. */
  path: string[];
  file: string | undefined;
  tally: CaseTally;
  /** Index of each case by its identity, for those that come twice. */
  seen: Map<string, number>;
  /** Open elements inside the suite that are none of its cases or suites. */
  inside: string[];
}

/** A frame with nothing counted yet. */
export function frame(path: string[], file: string | undefined, suite?: JUnitSuite): Frame {
  return { suite, path, file, tally: emptyTally(), seen: new Map(), inside: [] };
}

/** A suite as its tag describes it, nothing counted; its file is the outer suite's unless it names its own. */
export function suiteFromTag(
  name: string,
  attributes: XmlAttributes,
  outer: Frame,
  line: number,
): JUnitSuite {
  const { timestamp, hostname } = attributes;
  return {
    name,
    parents: outer.path,
    file: attributes.file ?? attributes.filepath ?? outer.file,
    timestamp,
    hostname,
    timeSeconds: parseSeconds(attributes.time),
    declared: totalsOf(attributes),
    cases: 0,
    failures: [],
    properties: [],
    line,
  };
}
