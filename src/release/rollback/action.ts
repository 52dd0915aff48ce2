/** A check of a restored database: a query that answers one number, and the least it may be. */
export interface DatabaseCheck {
  sql: string;
  atLeast: number;
}

export interface PostgresPlace {
  host: string;
  port: number;
  user: string;
  /** Reference to the password, never the password. */
  password?: string;
  maintenance: string;
}

/** What a step does, as data: it is printed, stored and carried out, and nothing else is. */
export type Action =
  | { kind: 'announce' }
  | { kind: 'command'; command: string[]; cwd: string; timeoutMs: number }
  | { kind: 'check-flag'; file: string; key: string; variant: string }
  | { kind: 'set-flag'; file: string; key: string; variant: string; before: unknown }
  | {
      kind: 'await-flag';
      url: string;
      key: string;
      variant: string;
      value: unknown;
      samples: number;
      timeoutMs: number;
    }
  | { kind: 'read-active'; urls: string[]; metric: string }
  | {
      kind: 'await-drained';
      urls: string[];
      metric: string;
      atMost: number;
      timeoutMs: number;
      ifBusy: 'continue' | 'fail';
    }
  | { kind: 'check-git'; folder: string; from: string; to: string; localChanges: 'refuse' | 'stash' }
  | { kind: 'git-checkout'; folder: string; from: string; branch?: string; to: string; stash?: string }
  | { kind: 'check-archive'; archive: string; sha256: string; folder: string; strip: number }
  | { kind: 'extract'; archive: string; sha256: string; staged: string; strip: number }
  | { kind: 'swap-folder'; live: string; staged: string; kept: string }
  | { kind: 'check-dump'; dump: string; sha256: string }
  | {
      kind: 'sqlite-restore';
      dump: string;
      sha256: string;
      staged: string;
      checks: DatabaseCheck[];
      timeoutMs: number;
    }
  | { kind: 'sqlite-swap'; live: string; staged: string; kept: string }
  | {
      kind: 'postgres-restore';
      place: PostgresPlace;
      dump: string;
      sha256: string;
      staged: string;
      live: string;
      checks: DatabaseCheck[];
      timeoutMs: number;
    }
  | {
      kind: 'postgres-swap';
      place: PostgresPlace;
      live: string;
      staged: string;
      kept: string;
      timeoutMs: number;
    }
  | { kind: 'await-up'; urls: string[]; timeoutMs: number; release?: string }
  | { kind: 'settle'; ms: number }
  | { kind: 'suite'; suite: SuiteName; own?: { command: string[]; junit?: string; cwd: string } };

/** The suites that prove it: health and smoke verify the service, slo validates it, whole where the suite is not ours. */
export type SuiteName = 'health' | 'smoke' | 'slo' | 'whole';
