import { labelFingerprint } from '../../core/index.ts';
import type { WebhookBody } from './webhook-body.ts';

/** That an alert arrived in one of its states. Times in milliseconds since 1970. */
export interface Receipt {
  fingerprint: string;
  status: 'firing' | 'resolved';
  alertname: string;
  /** Who of the sender's receivers it came through. */
  receiver: string;
  startsAt: string;
  firstMs: number;
  lastMs: number;
  /** Arrivals since the first. */
  count: number;
}

/** The newest `most` receipts; whichever was longest without a new arrival goes first. */
export class ReceiptBook {
  readonly #most: number;
  readonly #receipts = new Map<string, Receipt>();

  constructor(most: number) {
    this.#most = most;
  }

  add(body: WebhookBody, nowMs: number): Receipt[] {
    return body.alerts.map((alert) => {
      const fingerprint = alert.fingerprint ?? labelFingerprint(alert.labels);
      const key = `${alert.status} ${fingerprint}`;
      const before = this.#receipts.get(key);
      // Another start is another occurrence: it arrived for the first time.
      const again = before?.startsAt === alert.startsAt ? before : undefined;
      const receipt: Receipt = {
        fingerprint,
        status: alert.status,
        alertname: (alert.labels.alertname ?? '').slice(0, 200),
        receiver: body.receiver.slice(0, 200),
        startsAt: alert.startsAt,
        firstMs: again?.firstMs ?? nowMs,
        lastMs: nowMs,
        count: (again?.count ?? 0) + 1,
      };
      this.#receipts.delete(key);
      this.#receipts.set(key, receipt);
      if (this.#receipts.size > this.#most) {
        for (const oldest of this.#receipts.keys()) {
          this.#receipts.delete(oldest);
          break;
        }
      }
      return receipt;
    });
  }

  of(fingerprint: string, status: Receipt['status']): Receipt | undefined {
    return this.#receipts.get(`${status} ${fingerprint}`);
  }

  all(): Receipt[] {
    return [...this.#receipts.values()];
  }
}
