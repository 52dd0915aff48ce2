import { openChannels } from '../../alerts/index.ts';
import { givenValue, secretUses, type VigilConfig } from '../../core/index.ts';
import { makePlan, NothingToRollBackTo, type PlanRequest, type RollbackPlan } from '../../release/index.ts';
import type { Finding } from '../command-documents.ts';
import { findProgram, look } from './finding.ts';
import { gaugesOf, lookAtDrain } from './look-at-drain.ts';
import type { ReadMetrics } from './service-metrics.ts';

/** Every secret that is referred to, resolved here; those of channels are told with their channel. */
export function lookAtSecrets(config: VigilConfig): Promise<Finding[]> {
  const uses = secretUses(config).filter(({ where }) => !where.startsWith('notifications.'));
  return Promise.all(
    uses.map(({ where, reference }) =>
      look(where, () => {
        givenValue(reference, where);
        return `${reference} resolves`;
      }),
    ),
  );
}

/** Each channel by itself, so that one missing secret doesn't hide another. */
export async function lookAtChannels(config: VigilConfig, folder: string): Promise<Finding[]> {
  const { channels } = config.notifications;
  if (channels.length === 0) {
    return [
      {
        subject: 'notifications',
        state: 'warning',
        detail: 'no notification channel is configured',
        hint: 'docs/configuration.md#notifications',
      },
    ];
  }
  return Promise.all(
    channels.map((channel) =>
      look(`notifications.${channel.name ?? channel.type}`, async () => {
        const one = {
          ...config,
          notifications: { ...config.notifications, channels: [channel], routes: [] },
        };
        const opened = openChannels(one, { folder, intervalMs: config.interval, print: () => {} });
        await Promise.all(opened.channels.map((each) => each.close?.()));
        const hasSecrets = secretUses(one).some(({ where }) => where.startsWith('notifications.'));
        const state = hasSecrets ? 'its secrets resolve' : 'configured';
        return `${state}; vigil monitor --test-notifications says whether it delivers`;
      }),
    ),
  );
}

/** Every program of a plan, each once. */
function programsOf({ options }: RollbackPlan): { command: string[]; cwd: string }[] {
  const all = options.flatMap(({ stages }) =>
    stages.flatMap(({ steps }) =>
      steps.flatMap(({ commands, action }) =>
        commands.map((command) => ({ command, cwd: 'cwd' in action ? action.cwd : '/' })),
      ),
    ),
  );
  return [...new Map(all.map((each) => [`${each.command[0]} ${each.cwd}`, each])).values()];
}

/** The plan; a note where the release that is named runs now, as it does before the next one is deployed. */
async function plannedOrNot(request: PlanRequest): Promise<RollbackPlan | string> {
  try {
    return await makePlan(request);
  } catch (thrown) {
    if (!(thrown instanceof NothingToRollBackTo)) throw thrown;
    return `nothing to roll back to yet: ${thrown.message}; after the next release it goes back to that`;
  }
}

/** Whether each configured type can be planned now, its programs be found, and what it waits for be read. */
export async function lookAtRollback(
  config: VigilConfig,
  searchPath: string,
  readMetrics: ReadMetrics,
): Promise<Finding[]> {
  const { rollback } = config;
  if (!rollback) {
    return [
      {
        subject: 'rollback',
        state: 'warning',
        detail: 'no rollback is configured: RollbackRequired only pages',
        hint: 'docs/rollback-procedures.md',
      },
    ];
  }
  const gauges = new Set<string>();
  const planned = rollback.options.map((type) =>
    look(`rollback.${type}`, async () => {
      const plan = await plannedOrNot({
        config,
        type,
        reason: 'vigil doctor',
        who: 'vigil doctor',
        tag: 'doctor',
      });
      if (typeof plan === 'string') {
        for (const command of Object.values(rollback.commands))
          if (command) findProgram(command, rollback.cwd, searchPath);
        return plan;
      }
      for (const gauge of gaugesOf(plan)) gauges.add(gauge);
      const programs = programsOf(plan);
      for (const { command, cwd } of programs) findProgram(command, cwd, searchPath);
      return `${plan.options[0]?.from} → ${plan.options[0]?.to}; ${programs.length} programs found`;
    }),
  );
  const findings = await Promise.all(planned);
  const undrained = await Promise.all([...gauges].map((gauge) => lookAtDrain(config, gauge, readMetrics)));
  return [...findings, ...undrained.flat(), ...lookAtIrreversible(config)];
}

/** What a new release writes into a database the previous one may not be able to read: somebody must say when. */
function lookAtIrreversible({ rollback, probes }: VigilConfig): Finding[] {
  const isDeclared = rollback?.database !== undefined || probes.some(({ type }) => type === 'sql');
  if (!isDeclared || rollback?.allowedIf) return [];
  return [
    {
      subject: 'rollback.allowedIf',
      state: 'warning',
      detail: 'a database is declared, and nothing says when the previous release can still read it',
      hint: 'docs/rollback-procedures.md#releases-that-cant-be-taken-back',
    },
  ];
}
