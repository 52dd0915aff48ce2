/** Kinds of users; most are private ones. */
export type UserKind = 'private' | 'business' | 'guest';

/** To which requests something happens. Everything that is said must hold. */
export interface FaultWhen {
  /** Such as `/checkout`; any route of users without it. */
  route?: string | undefined;
  users?: UserKind | undefined;
  /** Only at one of the new release's two instances. */
  instance?: 'next-1' | 'next-2' | undefined;
  /** Of the requests that meet the rest. */
  share?: number | undefined;
  /** After the process has started. */
  afterSeconds?: number | undefined;
  untilSeconds?: number | undefined;
  /** From this share of the traffic on, in percent. */
  fromPercent?: number | undefined;
  /** While a process has more requests a second than this. */
  abovePerSecond?: number | undefined;
  /** Words that the body or the address of a request must contain. */
  containing?: string | undefined;
  /** The same users each time, such as those for whom a flag is on. */
  shareOfUsers?: number | undefined;
  /** When a process has had so many requests. */
  afterRequests?: number | undefined;
}

/** What happens to these requests: all of it that is said, in this order, until one is answered. */
export interface FaultDoes {
  /** The process ends with this code. */
  exits?: number | undefined;
  /** The process does nothing else for so long. */
  blocksMs?: number | undefined;
  delayMs?: number | undefined;
  /** A delay that is so much longer with every second of the process. */
  growsMsPerSecond?: number | undefined;
  /** These stand in the answer. */
  headers?: Record<string, string> | undefined;
  /** Answered so instead. */
  status?: number | undefined;
  /** Never answered. */
  hangs?: boolean | undefined;
  /** The connection ends in the middle of the answer. */
  cuts?: boolean | undefined;
  /** Answered as the request of the same route before it, whosever that was, for so long. */
  cachedMs?: number | undefined;
  /** Numbers of the answer that are wrong by so much. */
  adds?: Record<string, number> | undefined;
  /** These values stand in the answer, whatever was right. */
  json?: Record<string, unknown> | undefined;
}

export interface Fault {
  when?: FaultWhen | undefined;
  does: FaultDoes;
}

/** What is wrong with the process of a release, beside single requests. */
export interface ProcessFault {
  /** Ends by itself so long after its start, again and again. */
  crashesAfterSeconds?: number | undefined;
  /** A setting that it has not: it never starts. */
  lacksSetting?: string | undefined;
  /** Memory that it keeps, until it is ended for it. */
  leaksMiBPerSecond?: number | undefined;
  endedAtMiB?: number | undefined;
  /** The background job that ships orders does not run. */
  worker?: 'dead' | undefined;
  /** Products are read once and never again. */
  catalogue?: 'stale' | undefined;
  /** Nothing is logged. */
  log?: 'dead' | undefined;
  /** A column that the database has not. */
  schema?: 'missing column' | undefined;
  /** Its clock is so much ahead. */
  clockAheadSeconds?: number | undefined;
  /** Its metrics are gone. */
  metrics?: 'gone' | undefined;
  /** Reads and writes the database of another environment. */
  database?: 'staging' | undefined;
  /** The times of its orders are so much ahead. */
  ordersAheadSeconds?: number | undefined;
  /** What each request adds to the log, and how long the log may be before the disk is full. */
  logsKib?: number | undefined;
  diskKib?: number | undefined;
  /** Memory that it fills after its start and keeps. */
  fillsMiB?: number | undefined;
}

/** What happens around the release, at a time after the deployment, in seconds, or after a stage was reached. */
export interface Around {
  atSeconds: number;
  /** Counted from when the new release got so much of the traffic; from its deployment without it. */
  fromPercent?: number | undefined;
  forSeconds?: number | undefined;
  does:
    | 'restart next-1'
    | 'restart base-1'
    | 'base-2 is taken away'
    | 'front answers 502'
    | 'front loses a third of checkouts'
    | 'front has another certificate'
    | 'front has a renewed certificate'
    | 'front refuses larger baskets'
    | 'payment is down'
    | 'watch has no network'
    | 'machine is busy'
    | 'database is locked';
}

/** Requests of users a second: all the same, or by the seconds since the deployment. */
export type Traffic = 'steady' | 'bursts' | 'night' | 'almost none' | 'dip' | 'spike' | 'heavy' | 'morning';

/** Who comes besides the users, or what the users' browsers do by themselves. */
export type Visitors = 'crawler' | 'broken app' | 'retrying';

/** A release, as it is tried. */
export interface Release {
  name: string;
  bad: boolean;
  /** What it does, for people. */
  what: string;
  /**
   * Made beforehand and tuned on; or written by somebody who had not read how Vigil judges, before any of them was run;
   * or the outside half before that.
   */
  made: 'tuned' | 'outside' | 'earlier';
  /** Words of which the first line must hold one, where the release is bad. */
  cause?: RegExp | undefined;
  /** What would show it, where none of the shop's checks and figures does. */
  shownBy?: string | undefined;
  faults?: Fault[] | undefined;
  /** What the release before it does already. */
  before?: Fault[] | undefined;
  process?: ProcessFault | undefined;
  around?: Around[] | undefined;
  traffic?: Traffic | undefined;
  visitors?: Visitors | undefined;
  /** Instances of the new release on which the old one stays. */
  staysOld?: 'next-2' | undefined;
}
