import { messageOf, VigilError } from '../../core/index.ts';

/** What one look at the configuration or the environment found. */
export interface Finding {
  /** The key of the configuration, or what of the environment it is about. */
  subject: string;
  state: 'ok' | 'warning' | 'problem';
  detail: string;
  /** What to do about it. */
  hint?: string | undefined;
}

/** Does a look; what it throws is the problem. */
export async function look(subject: string, action: () => Promise<string> | string): Promise<Finding> {
  try {
    return { subject, state: 'ok', detail: await action() };
  } catch (thrown) {
    const hint =
      thrown instanceof VigilError
        ? (thrown.hint ?? (thrown.expected && `expected ${thrown.expected}`))
        : undefined;
    const received =
      thrown instanceof VigilError && thrown.received && !thrown.message.includes(thrown.received)
        ? `: ${thrown.received}`
        : '';
    return { subject, state: 'problem', detail: `${messageOf(thrown)}${received}`, hint };
  }
}
