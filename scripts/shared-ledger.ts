import { type LoadedConfig, messageOf, settledWithin } from '../src/core/index.ts';
import { type History, openSharedLedger } from '../src/history/index.ts';

/** The ledger that several Vigils share, for a command that reads or records something and ends. */
export interface LedgerExchange {
  /** Writes what waits here and reads what others wrote; why that was not possible, else `undefined`. */
  exchange(): Promise<string | undefined>;
  /** Why the last exchange was not possible. */
  lastFault(): string | undefined;
  /** Why what was read can't be relied on all the same, as a clock that is far off. */
  fault(): string | undefined;
  close(): Promise<void>;
}

/** How long a command waits for all of an exchange: each of its questions may be answered late. */
const patienceMs = 20_000;

/** Why an exchange was not possible in time; `undefined` when it was. */
async function faultOf(exchanging: Promise<void>): Promise<string | undefined> {
  const ended = exchanging.then(() => undefined, messageOf);
  return (await settledWithin(ended, patienceMs))
    ? ended
    : `PostgreSQL answers too slowly: what other Vigils decided was not read within ${patienceMs / 1000} s`;
}

/** Opens the ledger that is configured, with what others wrote there read; `undefined` where there is none. */
export async function openExchange(
  { config, folder }: Pick<LoadedConfig, 'config' | 'folder'>,
  history: History,
): Promise<LedgerExchange | undefined> {
  if (!config.ledger) return undefined;
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const ledger = await openSharedLedger({ config, folder, history: history.forExchange, say });
  let last: string | undefined;
  return {
    async exchange() {
      last = await faultOf(ledger.exchange());
      return last;
    },
    lastFault: () => last,
    fault: ledger.fault,
    close: ledger.close,
  };
}

/** Writes what was just recorded; where that is not possible now, says what becomes of it. */
export async function recordInLedger(ledger: LedgerExchange | undefined): Promise<void> {
  // One that has just not answered is not waited for once more.
  const fault = ledger?.lastFault() ?? (await ledger?.exchange());
  if (fault !== undefined)
    process.stderr.write(`${fault}; what was recorded waits here until a Vigil of this folder reaches it\n`);
}
