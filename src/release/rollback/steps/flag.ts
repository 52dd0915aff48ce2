import { isDeepStrictEqual } from 'node:util';
import { evaluateFlag } from '../../../clients/index.ts';
import { VigilError } from '../../../core/index.ts';
import { readFlag, restoreFlag, setFlag } from '../flag-file.ts';
import type { ActionOf, Performer } from './context.ts';
import { waitFor } from './wait.ts';

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

/** Throws while any of the targeting keys does not get the variant. */
async function everybodyGets({ url, key, variant, value, samples }: ActionOf<'await-flag'>): Promise<void> {
  let [others, last] = [0, ''];
  for (let sample = 0; sample < samples; sample += 1) {
    const answer = await evaluateFlag(url, key, `vigil-rollback-${sample}`);
    const agrees =
      answer.variant === undefined ? isDeepStrictEqual(answer.value, value) : answer.variant === variant;
    if (agrees) continue;
    others += 1;
    last = JSON.stringify(answer.variant ?? answer.value);
  }
  if (others > 0) throw new Error(`${others} of ${samples} targeting keys still get ${last}`);
}

export const awaitFlag: Performer<'await-flag'> = {
  async perform(action, context) {
    const { key, variant, samples, timeoutMs, url } = action;
    const { took, missing } = await waitFor(() => everybodyGets(action), timeoutMs, context);
    if (missing === undefined)
      return `${samples} of ${samples} targeting keys get “${variant}” after ${took}`;
    throw new VigilError('HARNESS', `the flag did not take effect within ${took}: ${missing}`, {
      where: `${url}, flag ${key}`,
      hint: 'does flagd read another file?',
    });
  },
};
