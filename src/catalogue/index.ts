export {
  type CheckDefinition,
  type Component,
  checksOfPassRate,
  components,
  type Group,
  groups,
  type Priority,
  runbookOf,
  type Severity,
  testTitle,
} from './check-definition.ts';
export { describeMeasurement, isMet, type Measurement } from './measurement.ts';
export { checksOfShard, groupsOfShard, type Shard, shardOf, shardText } from './shard.ts';
