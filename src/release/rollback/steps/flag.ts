import { isDeepStrictEqual } from 'node:util';
import { evaluateFlag } from '../../../clients/index.ts';
import { messageOf, VigilError } from '../../../core/index.ts';
import { readFlag, restoreFlag, setFlag } from '../flag-file.ts';
import type { ActionOf, Performer } from './context.ts';
import { seconds, waitFor } from './wait.ts';

export const checkFlag: Performer<'check-flag'> = {
  perform: ({ file, key, variant }) => `${key} ${readFlag(file, key, variant).serves}`,
};

export const setFlagStep: Performer<'set-flag'> = {
  perform: ({ file, key, variant }) =>
    setFlag(file, key, variant)
      ? `${key} is “${variant}” for everybody`
      : `${key} was “${variant}” for everybody already`,
  undo: ({ file, key, variant, before }) =>
    restoreFlag(file, key, variant, before)
      ? `${key} is as it was before`
      : `${key} was changed by somebody else and left so`,
};

/** How many of the targeting keys don't get the variant yet. */
async function othersOf({
  url,
  key,
  variant,
  value,
  samples,
}: ActionOf<'await-flag'>): Promise<{ others: number; last: string }> {
  let [others, last] = [0, ''];
  for (let sample = 0; sample < samples; sample += 1) {
    const answer = await evaluateFlag(url, key, `vigil-rollback-${sample}`);
    const agrees =
      answer.variant === undefined ? isDeepStrictEqual(answer.value, value) : answer.variant === variant;
    if (agrees) continue;
    others += 1;
    last = JSON.stringify(answer.variant ?? answer.value);
  }
  return { others, last };
}

export const awaitFlag: Performer<'await-flag'> = {
  async perform(action, { signal, progress }) {
    const { key, variant, samples, timeoutMs, url } = action;
    const began = performance.now();
    let said = 'it was never asked';
    const done = await waitFor(
      async () => {
        try {
          const { others, last } = await othersOf(action);
          if (others === 0) return true;
          said = `${others} of ${samples} targeting keys still get ${last}`;
        } catch (thrown) {
          said = messageOf(thrown);
        }
        progress(said);
        return undefined;
      },
      { timeoutMs, signal },
    );
    if (done)
      return `${samples} of ${samples} targeting keys get “${variant}” after ${seconds(performance.now() - began)}`;
    throw new VigilError('HARNESS', `the flag did not take effect within ${seconds(timeoutMs)}: ${said}`, {
      where: `${url}, flag ${key}`,
      hint: 'does flagd read another file?',
    });
  },
};
