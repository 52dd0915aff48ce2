export { type Batch, offer, sendBatch } from './batch.ts';
export { findCycle, leavesOf } from './graph.ts';
export {
  type Operation,
  type OperationRequest,
  operationTimeoutMs,
  type Route,
  sendOperation,
  type TaskAnswer,
  type TaskGraph,
} from './operation.ts';
export { sendPatiently } from './patience.ts';
