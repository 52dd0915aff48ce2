import {
  type CheckDefinition,
  didYouMean,
  isMet,
  type Measurement,
  type VigilConfig,
  VigilError,
} from '../core/index.ts';
import type { CycleRecord } from '../monitor/index.ts';
import type { CheckOutcome } from '../suite/index.ts';

/** What a scenario's range can be told to do; the drill knows no more of it. */
export interface Range {
  config: VigilConfig;
  /** Folder of the suite's Vitest configuration, where it isn't the usual one. */
  suiteRoot?: string;
  /** Called with the process id of the suite as soon as it runs. */
  onStart?(pid: number): void;
  traceReceiver: string;
  close(): Promise<void>;
}

/** Whether a red check is red for the intended reason: its measured value or its message shows the fault. */
export type Shows = (check: CheckOutcome) => boolean;

export interface Intended {
  check: string;
  shows: Shows;
  /** Red by itself, or at least not passing. */
  as?: 'fail' | 'not-pass';
}

/** One fault, put into a range of its own, and what it must turn red. */
export interface Scenario {
  name: string;
  description: string;
  /** The checks whose failure this fault proves possible. */
  intended: readonly Intended[];
  /** Other checks in which the same fault shows; any further one is a stray. */
  collateral?: readonly string[];
  /** Groups whose suites are run; all of them without it. */
  groups?: readonly string[];
  /** Takes long, so it is begun first. */
  long?: boolean;
  /** A fault around the checks: nothing may pass that talks to what is broken. */
  around?: boolean;
  /** Opens the range with the fault put in; a reason in words when it can't be put here. */
  open(): Promise<Range | { impossible: string }>;
  /** More that must be true of the cycle as a whole; a sentence when it isn't. */
  also?(record: CycleRecord): string | undefined;
}

/** A measurement of that name misses its bound, and its value is what the fault implies. */
export function unmet(name: string | RegExp, value: (value: number) => boolean = () => true): Shows {
  const named = ({ name: other }: Measurement) =>
    typeof name === 'string' ? other === name : name.test(other);
  return ({ measurements }) =>
    measurements.some((measurement) => named(measurement) && !isMet(measurement) && value(measurement.value));
}

/** The check's message names the fault. */
export function says(pattern: RegExp): Shows {
  return ({ reason }) => pattern.test(reason ?? '');
}

/** The checks that these scenarios are meant to turn red. */
export const intendedBy = (wanted: readonly Scenario[]): string[] => [
  ...new Set(
    wanted.filter(({ around }) => !around).flatMap(({ intended }) => intended.map(({ check }) => check)),
  ),
];

/** The scenarios of one fault, of one check, or all. @throws USAGE for a name or id that isn't there. */
export function selectScenarios(
  scenarios: readonly Scenario[],
  catalogue: readonly CheckDefinition[],
  { fault, check }: { fault?: string | undefined; check?: string | undefined },
): readonly Scenario[] {
  const wanted = scenarios.filter(
    (scenario) =>
      (fault === undefined || scenario.name === fault || scenario.name.startsWith(`${fault} (`)) &&
      (check === undefined || intendedBy([scenario]).includes(check)),
  );
  if (wanted.length > 0) return wanted;
  const asked = [fault && `named “${fault}”`, check && `for ${check}`].filter(Boolean).join(' ');
  const names = fault === undefined ? catalogue.map(({ id }) => id) : scenarios.map(({ name }) => name);
  throw new VigilError('USAGE', `no fault ${asked}${didYouMean(fault ?? check ?? '', names)}`, {
    expected: names.join(', '),
    received: fault ?? check ?? '',
  });
}
