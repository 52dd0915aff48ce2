import { ruleGroups } from './alert-rules-file.ts';
import type { MonitoringSettings } from './settings.ts';

/** Where kube-state-metrics says that pods of the deployment run; nodes by the address of their node_exporter. */
const recorded = 'instance:deployment_nodes:max';

/** The group that records them. */
export function ownNodes({ targets, kubernetes, deployment }: MonitoringSettings) {
  const jobs = [...new Set(targets.services.map(({ job }) => job))];
  const pods = `kube_pod_info{namespace="${kubernetes.namespace}",pod=~"(${jobs.join('|')})-.+"}`;
  const expr = `max by (instance) (label_replace(${pods}, "instance", "$1:9100", "host_ip", "(.+)"))`;
  return { name: 'vigil_nodes', rules: [{ record: recorded, expr, labels: { deployment } }] };
}

const series = String.raw`(?<![\w:])node_\w+(?:\{[^}]*\})?`;
const ofNodes = new RegExp(String.raw`rate\(${series}\[\w+\]\)|${series}`, 'g');

/** An expression on the host, on the nodes of the deployment alone: a cluster has others, and nobody rolls back for those. */
const onOwnNodes = (expr: string, deployment: string): string =>
  expr.replaceAll(
    ofNodes,
    (vector) => `(${vector} and on (instance) ${recorded}{deployment=${JSON.stringify(deployment)}})`,
  );

/** The groups of alerts.yml for a cluster. */
export const rulesOfOwnNodes = (settings: MonitoringSettings) =>
  ruleGroups({ ...settings, hasNodeLabels: false }).map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({ ...rule, expr: onOwnNodes(rule.expr, settings.deployment) })),
  }));
