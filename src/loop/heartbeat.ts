import { messageOf } from '../errors.ts';
import { send } from '../target/index.ts';

/** What a heartbeat says: a cycle began, it ended with a verdict, or the watch ended. */
export type Beat = 'start' | 'success' | 'fail';

const suffix: Record<Beat, string> = { start: '/start', success: '', fail: '/fail' };

/**
 * Tells a healthchecks-style URL (`URL/start`, `URL`, `URL/fail`) that the watch lives. A missed beat
 * is for the other side to notice; here it is a sentence, never a failure of the cycle.
 */
export async function beat(url: string, what: Beat, note: string): Promise<string | undefined> {
  try {
    const answer = await send(`${url}${suffix[what]}`, {
      method: 'POST',
      body: note.slice(0, 10_000),
      timeoutMs: 5000,
    });
    return answer.status < 300 ? undefined : `the heartbeat was answered ${answer.status}`;
  } catch (thrown) {
    return `the heartbeat did not arrive: ${messageOf(thrown)}`;
  }
}
