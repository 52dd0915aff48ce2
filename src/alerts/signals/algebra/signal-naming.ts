import type { Matcher, Traffic } from '../../../core/index.ts';

/** The service-level indicators of one service. */
export interface Sli {
  service: string;
  /** What all of its series have, such as a job. */
  where: readonly Matcher[];
  traffic: Traffic;
  /** Whether what Vigil asked itself is taken off by count, because no label tells it. */
  subtractsOwn: boolean;
}

/** The job under which a service is scraped. */
export interface ScrapedJob {
  job: string;
  service: string;
}

/** What the names of series and the windows are made of. */
export interface SignalNaming {
  /** Prefix of the target's metrics, `genesis` by default. */
  prefix: string;
  /** Window of the live signals. */
  windowMs: number;
  /** Which jobs are the services that must be up; an anchored regular expression. */
  services: string;
  /** Those of them that are scraped wherever the rules are judged, so that a missing one is down. */
  scraped?: readonly ScrapedJob[];
  /** The instances of each job that has several, as the label `instance` says them; `dns` where only a name tells. */
  instances?: Readonly<Record<string, readonly string[] | 'dns'>>;
  /** `false` where no throughput is configured: how much traffic there is says nothing. */
  limitsThroughput?: boolean;
  /** The service-level indicators of each service that has any; those of Genesis without it. */
  slis?: readonly Sli[];
  /** `false` for all but the reference Genesis, which alone has the components of a planner. */
  isGenesis?: boolean;
  /** Where several watches judge together: how many must say the same. */
  quorum?: number;
  /** Every window and every wait of the rules times this, 1 unless a rehearsal must not take minutes. */
  timeScale?: number;
}

/** A duration as a naming's time scale makes it. */
export const scaledBy = ({ timeScale = 1 }: Pick<SignalNaming, 'timeScale'>, duration: number): number =>
  duration * timeScale;

export const defaultNaming: Readonly<SignalNaming> = Object.freeze({
  prefix: 'genesis',
  windowMs: 5 * 60_000,
  services: 'genesis-(orchestration|planner)',
  scraped: [
    { job: 'genesis-orchestration', service: 'orchestration' },
    { job: 'genesis-planner', service: 'planner' },
  ],
});
