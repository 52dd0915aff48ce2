import { folders, images } from '../containers/images.ts';
import type { MonitoringSettings } from '../settings.ts';
import { names, vigilPort } from './objects.ts';

const containerSecurity = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

const mounts = [
  { name: 'reports', mountPath: folders.reports },
  { name: 'config', mountPath: '/etc/vigil', readOnly: true },
  { name: 'tmp', mountPath: '/tmp' },
  { name: 'vite-temp', mountPath: folders.viteTemp },
];

function limits(memory: string, cpu: string) {
  return { requests: { memory, cpu: '100m' }, limits: { memory, cpu } };
}

/** Vigil with a command line. */
function vigil(args: readonly string[]) {
  return {
    name: names.vigil,
    image: images.vigil,
    args: [...args, '--config', folders.config],
    securityContext: containerSecurity,
    resources: limits('1Gi', '1'),
    volumeMounts: mounts,
  };
}

const answers = (path: string) => ({ httpGet: { path, port: names.port } });

/** What every pod of Vigil has: nobody's user, nothing to write but its volumes, one process that reaps orphans. */
const around = {
  automountServiceAccountToken: false,
  // VIGIL_SERVICE_HOST and the like, which a service of this name would bring, are no keys and would be refused.
  enableServiceLinks: false,
  // The suite's orphans go to the first process of the pod, which reaps them.
  shareProcessNamespace: true,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumes: [
    { name: 'reports', persistentVolumeClaim: { claimName: names.reports } },
    { name: 'config', configMap: { name: names.config } },
    { name: 'tmp', emptyDir: {} },
    { name: 'vite-temp', emptyDir: {} },
  ],
};

/** Every name that the service has: the gate is asked by it, from this namespace and from others. */
const hostsByNamespace = [
  { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  {
    name: 'VIGIL_SERVER_HOSTS',
    value: JSON.stringify(
      ['', '.$(POD_NAMESPACE)', '.$(POD_NAMESPACE).svc', '.$(POD_NAMESPACE).svc.cluster.local'].map(
        (rest) => names.vigil + rest,
      ),
    ),
  },
];

/** The loop. Ready when a cycle has ended, alive while it turns. */
export function loopPod(settings: MonitoringSettings) {
  const port = String(vigilPort);
  return {
    ...around,
    terminationGracePeriodSeconds: Math.ceil(settings.cycle.timeoutMs / 1000),
    containers: [
      {
        ...vigil(['monitor', '--loop', '--host', '0.0.0.0', '--port', port]),
        env: hostsByNamespace,
        ports: [{ name: names.port, containerPort: vigilPort }],
        readinessProbe: { ...answers('/readyz'), periodSeconds: 10, timeoutSeconds: 5 },
        livenessProbe: {
          ...answers('/healthz'),
          initialDelaySeconds: 30,
          periodSeconds: 15,
          timeoutSeconds: 5,
          failureThreshold: 4,
        },
      },
    ],
  };
}

/** One cycle, whose exit code is the job's. */
export const cyclePod = { ...around, restartPolicy: 'Never', containers: [vigil(['monitor', '--json'])] };
