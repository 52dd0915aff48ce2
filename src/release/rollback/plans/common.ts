import {
  below,
  type RollbackConfig,
  type ServiceConfig,
  suiteKind,
  type VigilConfig,
} from '../../../core/index.ts';
import type { Action } from '../action.ts';
import type { PlannedStage, Step } from '../plan.ts';
import type { RollbackProof } from '../proof.ts';
import { type RollbackType, type StageName, stageNames } from '../runs/run.ts';

/** What every type's plan is made of. */
export interface PlanInput {
  /** Short and unique; names what is kept and what is staged. */
  tag: string;
  config: VigilConfig & { target: NonNullable<VigilConfig['target']>; rollback: RollbackConfig };
}

export const planStep = (id: string, title: string, action: Action, commands: string[][] = []): Step => ({
  id,
  title,
  commands: action.kind === 'command' ? [action.command] : commands,
  action,
});

/** A command of the configuration as a step; none where it is not configured. */
export function commandSteps(
  id: string,
  title: string,
  command: string[] | undefined,
  { rollback }: PlanInput['config'],
  cwd = rollback.cwd,
): Step[] {
  const timeoutMs = rollback.commandTimeout;
  return command ? [planStep(id, title, { kind: 'command', command, cwd, timeoutMs })] : [];
}

/** The address of each service, or of each of its instances where they are listed. */
export const servicesOf = ({ services }: PlanInput['config']): string[] => services.flatMap(addressesOf);

const addressesOf = ({ url, instances }: ServiceConfig): readonly string[] =>
  Array.isArray(instances) ? instances : [url];

/** The address by which users come to instances that are listed; what passes them on may find them later than Vigil does. */
const usersAddressesOf = ({ services }: PlanInput['config']) =>
  services.flatMap(({ url, instances, health }) =>
    Array.isArray(instances) && !instances.includes(url)
      ? [{ url: below(url, health ?? ''), below: health === undefined ? 500 : 400 }]
      : [],
  );

const metricOf = ({ rollback, metricsPrefix }: PlanInput['config']): string =>
  rollback.drain.metric ?? `${metricsPrefix}_active_requests`;

/** Where the services' metrics are, of those that have any. */
const metricsOf = ({ services }: PlanInput['config']): string[] =>
  services.flatMap((service) => {
    const { path, url } = service.metrics ?? {};
    if (url !== undefined) return [url];
    return path === undefined ? [] : addressesOf(service).map((address) => `${address}${path}`);
  });

/** Waits until the requests in flight have ended, where metrics tell of them. */
export function drainedSteps(id: string, config: PlanInput['config']): Step[] {
  const { atMost, timeout, ifBusy } = config.rollback.drain;
  const metric = metricOf(config);
  const metricsUrls = metricsOf(config);
  if (metricsUrls.length === 0) return [];
  return [
    planStep(id, `waits until ${metric} is at most ${atMost}`, {
      kind: 'await-drained',
      urls: servicesOf(config),
      metricsUrls,
      metric,
      atMost,
      timeoutMs: timeout,
      ifBusy,
    }),
  ];
}

/** Takes the traffic away where a command for it is configured, and waits for what is in flight. */
function drainSteps(config: PlanInput['config']): Step[] {
  const { drain } = config.rollback.commands;
  if (drain)
    return [
      ...commandSteps('drain', 'takes the traffic away', drain, config),
      ...drainedSteps('drained', config),
    ];
  const metric = metricOf(config);
  const metricsUrls = metricsOf(config);
  if (metricsUrls.length === 0) return [];
  const read = { kind: 'read-active', urls: servicesOf(config), metricsUrls, metric } as const;
  return [planStep('active', `reads ${metric}; no command takes the traffic away`, read)];
}

/** Before the swap: only a service that can be stopped is. */
export const stopSteps = (config: PlanInput['config']): Step[] =>
  commandSteps('stop', 'stops the service', config.rollback.commands.stop, config);

/** After the swap: the service is started anew, waited for, proven, and gets its traffic back. */
export function startSteps(config: PlanInput['config'], proof: RollbackProof): Step[] {
  const { restart, start = restart } = config.rollback.commands;
  return [...commandSteps('start', 'starts the service', start, config), ...upSteps(config, proof)];
}

/** Waits until every service answers, by each instance and by its own address, proves what is not proven yet, and gives the traffic back. */
export function upSteps(config: PlanInput['config'], proof?: RollbackProof): Step[] {
  const { upTimeout: timeoutMs, commands } = config.rollback;
  const addresses = usersAddressesOf(config);
  const asked = {
    urls: servicesOf(config),
    metricsUrls: metricsOf(config),
    ...(addresses.length > 0 && { addresses }),
  };
  return [
    planStep('up', 'waits until the services answer', { kind: 'await-up', ...asked, timeoutMs }),
    ...(proof ? [proofStep(proof, timeoutMs)] : []),
    ...commandSteps('undrain', 'gives the traffic back', commands.undrain, config),
  ];
}

const proves = {
  release: ({ expected }: RollbackProof & { by: 'release' }) =>
    `waits until the services name ${expected ? `release ${expected}` : 'another release than before'}`,
  share: ({ url, samples, variant }: RollbackProof & { by: 'share' }) =>
    `asks ${url} for ${samples} targeting keys until all get “${variant}”`,
  query: ({ name, expected }: RollbackProof & { by: 'query' }) =>
    expected === undefined
      ? `can’t prove it: rollback.database.proof is not configured`
      : `asks ${name} until it answers ${expected}`,
};

export function proofStep(proof: RollbackProof, timeoutMs: number): Step {
  const title = proves[proof.by](proof as never);
  return planStep('proof', title, { kind: 'prove', proof, timeoutMs }, commandsOf(proof));
}

const commandsOf = (proof: RollbackProof): string[][] =>
  proof.by === 'query' && proof.command ? [proof.command] : [];

/** The release that each service names, before and after. */
export function releaseProof(config: PlanInput['config']): RollbackProof {
  const { release: expected } = config.rollback;
  const sources = config.services.flatMap((service) => {
    const { path, json } = service.release;
    return addressesOf(service).map((url) => ({ url, path, json }));
  });
  return { by: 'release', sources, ...(expected && { expected }) };
}

/** A suite that proves it: the configured one, else our checks of this group, else the whole suite. */
function suiteStep(
  id: string,
  suite: 'health' | 'slo',
  own: RollbackConfig['verify']['suite'],
  config: PlanInput['config'],
): Step {
  if (own) {
    const { command, junit, cwd = config.rollback.cwd } = own;
    const placed = { command, cwd, ...(junit && { junit }) };
    return planStep(id, 'runs the configured suite', { kind: 'suite', suite, own: placed }, [command]);
  }
  if (suiteKind(config) === 'own')
    return planStep(id, `runs the ${suite === 'slo' ? 'SLO' : suite} checks`, { kind: 'suite', suite });
  const commands = config.suite.command ? [config.suite.command] : [];
  return planStep(id, 'runs the whole suite', { kind: 'suite', suite: 'whole' }, commands);
}

function verifySteps(config: PlanInput['config']): Step[] {
  const { verify } = config.rollback;
  const { smoke } = config.target;
  const smokeTitle = 'runs the target’s smoke suite';
  return [
    planStep('settle', 'lets the release settle', { kind: 'settle', ms: verify.settle }),
    suiteStep('suite', 'health', verify.suite, config),
    ...(smoke ? [planStep('smoke', smokeTitle, { kind: 'suite', suite: 'smoke' }, [smoke.command])] : []),
  ];
}

/** The five stages of a type around what it alone does. */
export function stagesOf(
  type: RollbackType,
  { config }: PlanInput,
  own: { checks: Step[]; rollback: Step[]; proof: RollbackProof },
): PlannedStage[] {
  const { budgets } = config.rollback;
  const ownBudgets = config.rollback[type]?.budgets ?? {};
  const announce = planStep('announce', 'tells everybody', { kind: 'announce' });
  const before = planStep(
    'before',
    'reads what runs now',
    { kind: 'read-before', proof: own.proof },
    commandsOf(own.proof),
  );
  const steps: Record<StageName, Step[]> = {
    announce: [...own.checks, before, announce],
    drain: drainSteps(config),
    rollback: own.rollback,
    verify: verifySteps(config),
    validate: [suiteStep('slo', 'slo', config.rollback.validate.suite, config)],
  };
  return stageNames.map((name) => ({
    name,
    budgetMs: ownBudgets[name] ?? budgets[name],
    steps: steps[name].map((each) => ({ ...each, id: `${name}.${each.id}` })),
  }));
}
