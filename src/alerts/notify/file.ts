import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../core/index.ts';
import type { Channel, DeliveryContext } from './channel.ts';
import type { NotificationEvent } from './event.ts';

/** One line of the file: the event, when it was written and what tells repetitions. */
export function filePayload(event: NotificationEvent, { nowMs, idempotencyKey }: DeliveryContext): string {
  return JSON.stringify({ writtenAt: new Date(nowMs).toISOString(), idempotencyKey, ...event });
}

/** Appends a line and has it on disk; a half line that a crash left stays a line of its own. */
function appendLine(file: string, line: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a+', 0o640);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(descriptor, last, 0, 1, size - 1);
    const bytes = Buffer.from(`${size > 0 && last[0] !== 10 ? '\n' : ''}${line}\n`);
    if (writeSync(descriptor, bytes) < bytes.length) throw new Error('only a part could be written');
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A file of JSON lines. */
export function fileChannel({ name, path: file }: { name: string; path: string }): Channel {
  return {
    name,
    type: 'file',
    accepts: () => true,
    concurrency: 1,
    async deliver(event, context) {
      try {
        appendLine(file, filePayload(event, context));
        return { result: 'sent' };
      } catch (thrown) {
        return { result: 'retry', reason: messageOf(thrown) };
      }
    },
  };
}
