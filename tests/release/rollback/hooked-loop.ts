import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { NotificationEvent } from '../../../src/alerts/notify/event.ts';
import { targetIdOf } from '../../../src/core/config/effective.ts';
import { loadConfig } from '../../../src/core/config/load.ts';
import { openHistory } from '../../../src/history/open-history.ts';
import { gateSetup } from '../../../src/release/gate/setup.ts';
import {
  automaticRollback,
  rollbackAdvice,
  rollbackAnswer,
} from '../../../src/release/rollback/automatic-rollback.ts';
import type { AskAgreement } from '../../../src/release/rollback/runs/agreement.ts';
import { explainedBefore } from '../../../src/release/rollback/runs/explained-before.ts';

/** A loop's end of the work, on the history that the rollback's own process reads. */
export async function hooked(file: string, deployedMs = 1, unrecorded?: () => string | undefined) {
  const source = await loadConfig(path.dirname(file), file);
  const { config } = source;
  const history = openHistory({ file: path.join(config.reports, 'vigil.sqlite') });
  history.recordDeployment({ timeMs: deployedMs, release: 'v2', who: 'ci' });
  const explained = explainedBefore(history, gateSetup(config, targetIdOf(config)));
  const [said, told]: [string[], NotificationEvent[]] = [[], []];
  const open = (agreement?: AskAgreement) =>
    automaticRollback({
      agreement,
      config,
      source,
      history,
      explained,
      unrecorded,
      tell: (events) => void told.push(...events),
      say: (line) => void said.push(line),
    });
  return {
    config,
    history,
    said,
    told,
    open,
    answer: rollbackAnswer(config, history),
    advice: rollbackAdvice(config, history, explained, unrecorded),
  };
}

export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600 && !(await what()); attempt += 1) await sleep(50);
  expect(await what()).toBe(true);
}
