import {
  type AlertEvent,
  enqueue,
  handOver,
  holdBack,
  type NotificationEvent,
  noteNotified,
  type OpenDelivery,
  openNotified,
  releaseHeldBack,
  sentinelChannel,
} from '../../alerts/index.ts';
import { isoSecond, type VigilConfig } from '../../core/index.ts';
import {
  type LastingHistory,
  type LedgerStanding,
  openSharedLedger,
  type SharedLedger,
} from '../../history/index.ts';

/** Of several Vigils on one deployment one leads: it tells people and starts rollbacks. */
export interface Leadership {
  ledger: SharedLedger;
  /** Resolves when who leads was asked for the first time. */
  asked: Promise<void>;
  standing(): LedgerStanding;
  /** Whether this Vigil tells people of alerts now. */
  tells(): boolean;
  /** Keeps events that another tells, for the time when it is gone. */
  holdBack(events: readonly AlertEvent[], nowMs: number): void;
  /** The alerts that somebody was told of, whoever told them; none while this Vigil does not lead. */
  openNotified(): AlertEvent[];
  /** Notes the ends that are queued now: whatever channel takes them, they are not told once more. */
  noteEnds(events: readonly AlertEvent[], nowMs: number): void;
}

/** Who leads, as a sentence. */
export function standingText(standing: LedgerStanding): string {
  const does = 'sends notifications and starts rollbacks';
  switch (standing.state) {
    case 'leading':
      return `This Vigil leads: it ${does} (fencing number ${standing.leader.fence})`;
    case 'following':
      return `${standing.leader.name} leads: it ${does} (fencing number ${standing.leader.fence})`;
    case 'unsure':
      return 'Who leads is not known yet';
    case 'away': {
      const since = isoSecond(standing.sinceMs);
      return `${standing.reason}, since ${since}: this Vigil sends its own notifications; the gate and automatic rollbacks hold`;
    }
  }
}

/** Whether a Vigil tells people of alerts: who leads, and everybody while nobody can be asked. */
const isTelling = ({ state }: LedgerStanding): boolean => state === 'leading' || state === 'away';

/** Whether anything may leave: not while another may have taken over unseen. */
export const mayDeliver = (standing: LedgerStanding | undefined, channel: string): boolean =>
  channel === sentinelChannel || standing?.state !== 'unsure';

const noteHere = (history: LastingHistory, event: AlertEvent, timeMs: number) =>
  noteNotified((sql, ...values) => history.database.prepare(sql).run(...values), event, timeMs);

/** Notes what a channel to somebody took, so that who leads next does not tell it again. */
export function shareSent(history: LastingHistory, event: NotificationEvent, timeMs: number): void {
  if (event.kind !== 'alert' || event.only || event.groupKey === 'rollback') return;
  history.transaction(() => {
    noteHere(history, event, timeMs);
    history.shareNotified({ event, timeMs });
  });
}

interface LeadershipOptions {
  config: VigilConfig;
  folder: string;
  isSingle?: boolean | undefined;
  history: LastingHistory;
  say(line: string): void;
}

/** Opens the ledger that is configured; `undefined` where one Vigil watches alone. */
export async function openLedgerOfLoop(options: LeadershipOptions): Promise<SharedLedger | undefined> {
  const { config, folder, history, isSingle, say } = options;
  return config.ledger && openSharedLedger({ config, folder, history: history.forExchange, isSingle, say });
}

/** Takes part in who leads, from now on: what was held back is told when this Vigil leads, and what waits is handed over when another does. */
export function takePart(
  ledger: SharedLedger,
  history: LastingHistory,
  { redactor, route, forgetful, dispatcher }: OpenDelivery,
  say: (line: string) => void,
): Leadership {
  let said = '';
  let last: LedgerStanding['state'] | undefined;
  const noteEnds = (events: readonly AlertEvent[], nowMs: number) => {
    for (const event of events) if (event.state === 'resolved') noteHere(history, event, nowMs);
  };
  const tellHeld = (nowMs: number) =>
    history.transaction(() => {
      const { unsent, sent } = releaseHeldBack(history.database);
      noteEnds(unsent, nowMs);
      enqueue(history.database, unsent, { route, redactor, nowMs });
      // A channel that forgets what is not repeated hears from who repeats it now.
      const repeating = (event: NotificationEvent) => route(event).filter((name) => forgetful.includes(name));
      enqueue(history.database, sent, { route: repeating, redactor, nowMs });
    });
  const onStanding = (standing: LedgerStanding) => {
    const text = standingText(standing);
    const summary = standing.state === 'away' ? 'away' : text;
    if (summary !== said && standing.state !== 'unsure') {
      say(text);
      said = summary;
    }
    const nowMs = Date.now();
    if (isTelling(standing) && last !== 'leading' && last !== 'away') {
      tellHeld(nowMs);
      dispatcher.wake();
    } else if (standing.state === 'following' && last !== 'following')
      history.transaction(() => handOver(history.database, sentinelChannel, { redactor, nowMs }));
    if (standing.state !== 'unsure') last = standing.state;
  };
  return {
    ledger,
    asked: ledger.start({ leads: true, onStanding }),
    standing: ledger.standing,
    tells: () => isTelling(ledger.standing()),
    holdBack: (events, nowMs) => holdBack(history.database, events, { redactor, nowMs }),
    openNotified: () => (ledger.standing().state === 'leading' ? openNotified(history.database) : []),
    noteEnds,
  };
}
