import { rollbackMissing } from '../../../release/index.ts';
import type { Facts } from '../facts.ts';
import type { ShownAlert } from '../open-alerts.ts';

/** A command to be pasted, or why there is none. */
export interface CommandView {
  title: string;
  command?: string;
  note?: string;
}

/** What is left to do of the newest rollback that is not closed; a second one would go further back than anybody asked for. */
function openRollback({ source, rollbacks, deployments }: Facts): CommandView[] | undefined {
  const run = rollbacks.at(-1);
  if (!run || run.settledMs !== undefined) return undefined;
  if (deployments.some(({ timeMs }) => timeMs > (run.endedMs ?? run.startedMs))) return undefined;
  const command = (option: string) => source.ownCommand(['rollback', option]);
  switch (run.status) {
    case 'running':
      return [
        { title: 'Resume the rollback', command: command('--resume'), note: 'only if its process died' },
        { title: 'Abort the rollback', command: command('--abort'), note: 'takes back what it did' },
      ];
    case 'succeeded':
      return [{ title: 'Roll back', note: `done by the ${run.type} rollback; roll back no further` }];
    default:
      return [
        {
          title: 'Close the rollback',
          command: command('--settle'),
          note: 'once the service is back by hand',
        },
      ];
  }
}

/** How to roll back: at once where a trigger calls for it, else what it would do. */
function rollbackCommand({ source }: Facts, alerts: readonly ShownAlert[]): CommandView {
  const title = 'Roll back';
  if (!source.isRollbackConfigured) return { title, note: rollbackMissing };
  const trigger = alerts.find(
    ({ name, status }) => name === 'RollbackRequired' && status === 'firing',
  )?.subject;
  const act = trigger === undefined ? ['--reason', 'WHY'] : ['--execute', '--trigger', trigger];
  const note = trigger === undefined ? 'shows the plan; add --execute to run it' : 'runs at once';
  return { title, command: source.ownCommand(['rollback', ...act]), note };
}

/** The commands that the person on call may need now, as this watch was started. */
export function commandViews(facts: Facts, alerts: readonly ShownAlert[]): CommandView[] {
  const { source, rollout } = facts;
  const views = openRollback(facts) ?? [rollbackCommand(facts, alerts)];
  if (alerts.length > 0) {
    views.push({ title: 'Acknowledge all', command: source.ownCommand(['alerts', '--acknowledge', 'all']) });
    views.push({
      title: 'Silence all for 1h',
      command: source.ownCommand(['alerts', '--silence', 'all', '--for', '1h', '--reason', 'WHY']),
    });
  }
  if (rollout?.next) {
    const { percent } = rollout.next;
    views.push({
      title: `Gate to ${percent} %`,
      command: source.ownCommand(['gate', '--to', String(percent)]),
    });
  }
  return views;
}
