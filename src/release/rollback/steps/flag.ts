import { readFlag, restoreFlag, setFlag } from '../flag-file.ts';
import type { Performer } from './context.ts';

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
