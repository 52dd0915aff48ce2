import type { HttpAnswer, SendOptions } from '../../src/clients/index.ts';
import { shownUrl } from '../../src/core/index.ts';
import type { RunContext } from '../../src/suite/index.ts';
import { type Batch, offer, sendBatch } from './batch.ts';
import { type Operation, type OperationRequest, sendOperation, type TaskAnswer } from './operation.ts';
import { sendPatiently } from './patience.ts';
import type { Agent } from './plans.ts';
import { once } from './worker.ts';

/** Operations behind the latency and error baselines. */
export const baselineOperations = 120;
const baselineDeadlineMs = 15_000;

/** Two at a time, so that a busy machine's queue isn't taken for latency; more only where two would not be done in time. */
async function sendBaseline(one: () => Promise<Operation>): Promise<Batch> {
  const first = await sendBatch(20, 2, one, baselineDeadlineMs);
  const secondsLeft = first.seconds * (baselineOperations / 20 - 1);
  const concurrency = secondsLeft * 1000 > baselineDeadlineMs / 2 ? 6 : 2;
  const rest = await sendBatch(
    baselineOperations - 20,
    concurrency,
    one,
    baselineDeadlineMs - first.seconds * 1000,
  );
  return {
    operations: [...first.operations, ...rest.operations],
    seconds: first.seconds + rest.seconds,
    probeDelayMs: Math.max(first.probeDelayMs, rest.probeDelayMs),
  };
}

export interface Service {
  name: string;
  url: string;
}

/** The deployment under watch, spoken to as any caller would. */
export interface Target {
  /** The orchestrator first. */
  services: [Service, ...Service[]];
  orchestration(path: string, options?: SendOptions): Promise<HttpAnswer>;
  planner(path: string, options?: SendOptions): Promise<HttpAnswer>;
  /** Who can do what, by the planner. */
  agents(): Promise<Agent[]>;
  operation(request?: OperationRequest): Promise<Operation>;
  /** One operation that must complete; its answer parsed. */
  completed(request?: OperationRequest): Promise<{ operation: Operation; answer: TaskAnswer }>;
  /** At least 100 operations sent now, shared by the checks that judge them. */
  baseline(): Promise<Batch>;
  batch(count: number, concurrency: number, deadlineMs: number): Promise<Batch>;
  offer: (perSecond: number, seconds: number) => ReturnType<typeof offer>;
}

export function openTarget({ target }: RunContext): Target {
  const { orchestration, planner } = target;
  const operation = (request?: OperationRequest) => sendOperation(orchestration, request);
  return {
    services: [
      { name: 'orchestration', url: orchestration },
      ...(planner ? [{ name: 'planner', url: planner }] : []),
    ],
    orchestration: (path, options) => sendPatiently(`${orchestration}${path}`, options),
    planner: (path, options) => sendPatiently(`${planner}${path}`, options),
    agents: async () => (await sendPatiently(`${planner}/v1/agents`)).json<{ agents: Agent[] }>().agents,
    operation,
    async completed(request) {
      const done = await operation(request);
      if (done.error)
        throw new Error(
          `POST ${shownUrl(orchestration)}/v1/tasks: ${done.error}: ${done.text.slice(0, 200)}`,
        );
      return { operation: done, answer: JSON.parse(done.text) as TaskAnswer };
    },
    baseline: once(() => sendBaseline(() => operation())),
    batch: (count, concurrency, deadlineMs) => sendBatch(count, concurrency, () => operation(), deadlineMs),
    offer: (perSecond, seconds) => offer(perSecond, seconds, () => operation()),
  };
}
