import { send } from './http/http.ts';

/** Addresses elsewhere that tell whether the network of the watch itself is there. */
export interface Witness {
  /**
   * Says whether something did not answer just now; then the addresses are asked. Whether none of them answered, so that
   * it is the watch that is cut off.
   */
  isCutOff(hasFailure: boolean): Promise<boolean>;
  /** Whether it was so when it was last asked. */
  isOffline(): boolean;
  /** Whether it was so at some time since. */
  wasOfflineSince(timeMs: number): boolean;
  /** The addresses, for people. */
  names: string;
}

const timeoutMs = 2000;

/**
 * Opens the look at reference addresses; any answer counts, of whatever status. Without addresses the watch is never cut off.
 * After the signal nobody waits for an answer.
 */
export function openWitness(
  addresses: readonly string[] = [],
  now: () => number = Date.now,
  signal?: AbortSignal,
): Witness {
  let offline = false;
  let lastMs: number | undefined;
  const answers = (url: string) =>
    send(url, { timeoutMs, access: 'none', signal }).then(
      () => true,
      () => false,
    );
  return {
    names: addresses.join(', '),
    isOffline: () => offline,
    wasOfflineSince: (timeMs) => lastMs !== undefined && lastMs >= timeMs,
    async isCutOff(hasFailure) {
      if (!hasFailure || addresses.length === 0) {
        offline = false;
        return false;
      }
      offline = !(await Promise.all(addresses.map(answers))).includes(true);
      if (offline) lastMs = now();
      return offline;
    },
  };
}
