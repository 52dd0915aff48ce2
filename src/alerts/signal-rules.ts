import type { Priority } from '../catalogue/index.ts';
import type { SignalName, ThresholdLevel } from '../thresholds/index.ts';

/** A rule that compares one signal with one level of its thresholds. */
export interface SignalRule {
  name: string;
  group: 'critical' | 'warnings' | 'performance' | 'health';
  priority: Priority;
  signal: SignalName;
  level: Exclude<ThresholdLevel, 'slo'>;
  /** What the person on call does first. */
  next: string;
}

/** The rules that one cycle can judge by its own signals. */
export const signalRules: readonly SignalRule[] = [
  {
    name: 'TestPassRateLow',
    group: 'critical',
    priority: 'P1',
    signal: 'passRate',
    level: 'critical',
    next: 'read the failing checks, hold the rollout',
  },
  {
    name: 'HighErrorRate',
    group: 'critical',
    priority: 'P1',
    signal: 'errorRatio',
    level: 'critical',
    next: 'group errors by category in /metrics, hold the rollout',
  },
  {
    name: 'HighLatencyP95',
    group: 'critical',
    priority: 'P1',
    signal: 'latencyP95',
    level: 'critical',
    next: 'compare the HTDAG, HALO and AOP means, hold the rollout',
  },
  {
    name: 'TestPassRateDegrading',
    group: 'warnings',
    priority: 'P2',
    signal: 'passRate',
    level: 'warning',
    next: 'read the failing checks',
  },
  {
    name: 'HighMemoryUsage',
    group: 'warnings',
    priority: 'P2',
    signal: 'memoryUsed',
    level: 'warning',
    next: 'find what grew on the host',
  },
  {
    name: 'HighCPUUsage',
    group: 'warnings',
    priority: 'P2',
    signal: 'cpuUsed',
    level: 'warning',
    next: 'find what runs hot on the host',
  },
  {
    name: 'HighDiskUsage',
    group: 'warnings',
    priority: 'P2',
    signal: 'diskUsed',
    level: 'warning',
    next: 'free space: rotated logs first',
  },
  {
    name: 'HTDAGDecompositionSlow',
    group: 'performance',
    priority: 'P3',
    signal: 'htdagMean',
    level: 'warning',
    next: 'look at the planner’s decompositions',
  },
  {
    name: 'HALORoutingSlow',
    group: 'performance',
    priority: 'P3',
    signal: 'haloMean',
    level: 'warning',
    next: 'look at the planner’s routing',
  },
  {
    name: 'AOPValidationSlow',
    group: 'performance',
    priority: 'P3',
    signal: 'aopMean',
    level: 'warning',
    next: 'look at the planner’s validation',
  },
  {
    name: 'SystemThroughputDegraded',
    group: 'performance',
    priority: 'P3',
    signal: 'throughput',
    level: 'warning',
    next: 'compare with the traffic that is sent',
  },
];
