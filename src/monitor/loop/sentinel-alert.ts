import {
  type AlertEvent,
  defaultPolicy,
  initialState,
  observeSentinel,
  sentinelChannel,
  sentinelRule,
  step,
} from '../../alerts/index.ts';
import { type EventContext, eventsOf } from './alert-events.ts';

/** A check that must fail, and did, on its way to its own channel. */
export interface Sentinel {
  nonce: string;
  summary: string;
  /** Told when its alert has been queued, by its fingerprint. */
  onQueued(fingerprint: string): void;
}

/** The alert of the sentinel, which is judged with the checks and kept out of what people read. */
export interface SentinelAlert {
  /** Joins the evaluation of the next cycle; without a sentinel, the one on its way is over. */
  send(sentinel: Sentinel | undefined): void;
  /** The events to be queued with those of the checks, and what is to be done when they have been. */
  evaluate(atMs: number, hasCycleEnded: boolean): { events: AlertEvent[]; queued(): void };
}

/** Opens the alert of the sentinel: the same engine, evaluation and queue as the alert of a failed check. */
export function openSentinelAlert(context: EventContext): SentinelAlert {
  const setup = { rules: [sentinelRule], policy: defaultPolicy };
  let state = initialState();
  let sentinel: Sentinel | undefined;
  return {
    send(next) {
      sentinel = next;
    },
    evaluate(atMs, hasCycleEnded) {
      const open = Object.values(state.alerts).map(({ labels }) => labels.sentinel ?? '');
      const travelling = sentinel && (hasCycleEnded || open.includes(sentinel.nonce)) ? sentinel : undefined;
      const nonces = new Set([...open, ...(travelling ? [travelling.nonce] : [])]);
      const observations = [...nonces].map((nonce) => observeSentinel(nonce, nonce === travelling?.nonce));
      const result = step(state, { observations }, atMs, setup);
      const events = eventsOf(result.notifications, context).map(
        (event): AlertEvent => ({
          ...event,
          annotations: { summary: travelling?.summary ?? 'the sentinel is over' },
          only: [sentinelChannel],
        }),
      );
      return {
        events,
        queued() {
          state = result.state;
          const [first] = events.filter((event) => event.state === 'firing');
          if (first) travelling?.onQueued(first.fingerprint);
        },
      };
    },
  };
}
