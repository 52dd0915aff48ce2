import type { CycleReader } from '../../history/index.ts';
import { mixedReleases, mixedReleasesText } from '../../suite/index.ts';
import type { ReportWindow } from './window.ts';

/** Cycles one after another in which instances of a service said different releases. */
export interface MixedStretch {
  /** When the first and the last of them began. */
  fromMs: number;
  toMs: number;
  cycles: number;
  /** `api: 3 of 5 instances on v2, 2 on v1`. */
  text: string;
}

/** When the releases of a deployment were mixed; `meant` is the one that was deployed last. */
export function mixedIn(
  reader: Pick<CycleReader, 'identities'>,
  { fromMs, toMs }: ReportWindow,
  targetId: string | undefined,
  meant: string | undefined,
): MixedStretch[] {
  const stretches = reader.identities({ fromMs, toMs: toMs - 1, targetId });
  return stretches.flatMap(({ identity, fromMs: beganMs, toMs: lastMs, cycles }) => {
    const text = mixedReleasesText(mixedReleases(identity?.releases ?? {}, meant));
    return text === '' ? [] : [{ fromMs: beganMs, toMs: lastMs, cycles, text }];
  });
}
