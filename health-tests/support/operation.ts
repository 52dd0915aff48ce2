import { newTraceContext } from '../../src/clients/index.ts';
import { messageOf } from '../../src/core/index.ts';
import { sendPatiently } from './patience.ts';
import { unfinished } from './task-answer.ts';

/** A node of the hierarchical task graph: a grouping node (no capability) or a leaf that one agent executes. */
export interface GraphNode {
  id: string;
  parent: string | null;
  title: string;
  capability: string | null;
  /** The requirements that this node fulfils. */
  covers: string[];
}

export interface TaskGraph {
  nodes: GraphNode[];
  edges: { from: string; to: string }[];
}

export interface OperationRoute {
  node: string;
  agent: string;
  capability: string;
  reason: string;
}

/** What came of one task of the graph. */
export interface OperationResult {
  node: string;
  agent: string;
  output: string;
}

/** The answer to `POST /v1/tasks`, as far as the checks read it. */
export interface TaskAnswer {
  taskId: string;
  traceId: string;
  status: string;
  task: string;
  graph: TaskGraph;
  routing: OperationRoute[];
  validation: { valid: boolean; violations?: { kind?: string; message?: string }[] };
  results: OperationResult[];
  timings: { totalMs: number };
  safety: { redactions: number; injections: number };
}

export interface OperationRequest {
  task: string;
  requirements?: string[];
}

/** One operation as its caller saw it; a failure is a value here, because an error ratio counts it. */
export interface Operation {
  traceId: string;
  spanId: string;
  /** Epoch milliseconds. */
  sentAtMs: number;
  durationMs: number;
  /** 0 when there was no answer at all. */
  status: number;
  text: string;
  /** Why it counts as an error; `undefined` when it completed. */
  error: string | undefined;
}

const defaultRequest: OperationRequest = {
  task: 'Prepare the weekly service review',
  requirements: ['collect the incident data', 'analyse the trends', 'write the summary'],
};

/** How long an operation is waited for. */
export const operationTimeoutMs = 5000;

/** An operation that was sent, without its body: a long run sends many. */
interface MetOperation extends Pick<Operation, 'sentAtMs' | 'durationMs' | 'status' | 'error'> {
  /** It was sent while no more than six were under way: its latency is the target's own. */
  isCalm: boolean;
}

const met: MetOperation[] = [];
let underWay = 0;
const mostCalm = 6;

/** All operations that this run has sent so far: what the watch itself met at the target. */
export const operationsMet = (): readonly MetOperation[] => met;

/** Sends one operation under its own trace and waits for the whole answer, or for the time-out. */
export async function sendOperation(
  orchestration: string,
  request: OperationRequest = defaultRequest,
  timeoutMs = operationTimeoutMs,
): Promise<Operation> {
  const { traceId, spanId, traceparent } = newTraceContext();
  const startedAt = performance.now();
  const sentAtMs = Date.now();
  underWay += 1;
  const isCalm = underWay <= mostCalm;
  const keep = (operation: Operation) => {
    const { durationMs, status, error } = operation;
    met.push({ sentAtMs, durationMs, status, error, isCalm });
    underWay -= 1;
    return operation;
  };
  try {
    const answer = await sendPatiently(`${orchestration}/v1/tasks`, {
      json: request,
      headers: { traceparent },
      timeoutMs,
    });
    const fault = answer.status === 200 ? unfinished(answer.text) : undefined;
    const isDone = answer.status === 200 && fault === undefined;
    const error = isDone
      ? undefined
      : `${answer.url} answered ${answer.status}${fault ? `, but ${fault}` : ''}`;
    return keep({
      traceId,
      spanId,
      sentAtMs,
      durationMs: answer.durationMs,
      status: answer.status,
      text: answer.text,
      error,
    });
  } catch (thrown) {
    const durationMs = performance.now() - startedAt;
    return keep({ traceId, spanId, sentAtMs, durationMs, status: 0, text: '', error: messageOf(thrown) });
  }
}
