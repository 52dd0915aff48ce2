import { formatDuration } from '../../../../core/index.ts';
import { dashboardsFolder } from '../names.ts';
import { addressOf } from '../prometheus-config.ts';
import type { MonitoringSettings } from '../settings.ts';
import { yamlFile } from '../yaml-file.ts';
import { healthcheck, inPod, mounted, nodeAsk, type Service, wgetAsk } from './compose-service.ts';
import { folders, images } from './images.ts';
import { grafanaUrl, tracesReceiver } from './vigil-config.ts';

const portOf = (url: string): string => addressOf(url).address.split(':').at(-1) ?? '';
const passwordSecret = 'grafana_admin_password';

/** Takes what Alertmanager tells and prints it, so that the path of an alert can be seen to its end. */
const receiverProgram = (port: string) =>
  [
    "const { writeSync } = require('node:fs');",
    "require('node:http').createServer((request, response) => {",
    "  request.on('data', (part) => writeSync(1, part));",
    "  request.on('end', () => { writeSync(1, '\\n'); response.end(); });",
    `}).listen(${port}, '127.0.0.1');`,
  ].join('\n');

function vigilService(port: string): Service {
  return inPod({
    image: images.vigil,
    build: { context: '..', dockerfile: 'monitoring/Dockerfile' },
    user: '1000:1000',
    command: ['monitor', '--loop', '--config', folders.config, '--host', '0.0.0.0', '--port', port],
    volumes: [
      mounted('./vigil.config.json', folders.config),
      `reports:${folders.reports}`,
      `genesis:${folders.genesis}:ro`,
    ],
    scratch: [folders.viteTemp],
    healthcheck: healthcheck(nodeAsk(`http://127.0.0.1:${port}/healthz`)),
    memory: '1g',
    cpus: 1,
  });
}

function genesisService({ targets }: MonitoringSettings): Service {
  return inPod({
    image: images.vigil,
    build: { context: '..', dockerfile: 'monitoring/Dockerfile' },
    user: '1000:1000',
    command: [
      'target',
      '--faults',
      '--port',
      portOf(targets.orchestration),
      '--planner-port',
      portOf(targets.planner ?? ''),
      '--directory',
      folders.genesis,
      '--otlp-endpoint',
      tracesReceiver,
    ],
    volumes: [`genesis:${folders.genesis}`],
    healthcheck: healthcheck(nodeAsk(`${targets.orchestration}/health`)),
    memory: '512m',
    cpus: 1,
  });
}

function prometheusService({ prometheus, retentionMs }: MonitoringSettings): Service {
  const port = portOf(prometheus);
  return inPod({
    image: images.prometheus,
    user: '65534:65534',
    command: [
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      `--storage.tsdb.retention.time=${formatDuration(retentionMs)}`,
      `--web.listen-address=0.0.0.0:${port}`,
      `--web.external-url=http://127.0.0.1:${port}`,
    ],
    volumes: [
      mounted('./prometheus.yml', '/etc/prometheus/prometheus.yml'),
      mounted('./alerts.yml', '/etc/prometheus/alerts.yml'),
      'prometheus:/prometheus',
    ],
    healthcheck: healthcheck(wgetAsk(`http://127.0.0.1:${port}/-/ready`)),
    memory: '1g',
    cpus: 1,
  });
}

function alertmanagerService({ alertmanager, receivers }: MonitoringSettings): Service {
  const port = portOf(alertmanager);
  const secrets = [
    receivers.slack?.apiUrlFile,
    receivers.pagerduty?.routingKeyFile,
    receivers.email?.passwordFile,
  ];
  return inPod({
    image: images.alertmanager,
    user: '65534:65534',
    command: [
      '--config.file=/etc/alertmanager/alertmanager.yml',
      '--storage.path=/alertmanager',
      `--web.listen-address=0.0.0.0:${port}`,
      `--web.external-url=http://127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    volumes: [
      mounted('./alertmanager.yml', '/etc/alertmanager/alertmanager.yml'),
      ...secrets.flatMap((file) => (file === undefined ? [] : [mounted(file, file)])),
      'alertmanager:/alertmanager',
    ],
    healthcheck: healthcheck(wgetAsk(`http://127.0.0.1:${port}/-/ready`)),
    memory: '256m',
    cpus: 0.5,
  });
}

function grafanaService(): Service {
  const provisioning = '/etc/grafana/provisioning';
  return inPod({
    image: images.grafana,
    user: '472:0',
    environment: {
      GF_SECURITY_ADMIN_USER: 'vigil',
      GF_SECURITY_ADMIN_PASSWORD__FILE: `/run/secrets/${passwordSecret}`,
      // C02 looks without a login whether the dashboard is there; looking is all that it may.
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_USERS_ALLOW_SIGN_UP: 'false',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    },
    secrets: [passwordSecret],
    volumes: [
      mounted('./grafana/provisioning', provisioning),
      mounted('./grafana/dashboards', dashboardsFolder),
      'grafana:/var/lib/grafana',
    ],
    healthcheck: healthcheck(wgetAsk(`${grafanaUrl}/api/health`)),
    memory: '512m',
    cpus: 1,
  });
}

function nodeExporterService(url: string): Service {
  return inPod({
    image: images.nodeExporter,
    user: '65534:65534',
    command: ['--path.rootfs=/host', `--web.listen-address=127.0.0.1:${portOf(url)}`],
    volumes: ['/:/host:ro,rslave'],
    healthcheck: healthcheck(wgetAsk(`${url}/metrics`)),
    memory: '64m',
    cpus: 0.25,
  });
}

const isHere = (url: string): boolean => new URL(url).hostname === '127.0.0.1';

/** compose.yaml: the whole stack in one network namespace, so that it finds itself on 127.0.0.1 as on one machine. */
export function composeFile(settings: MonitoringSettings): string {
  const { targets, isReference, receivers } = settings;
  const vigilPort = portOf(targets.probes[0]?.url ?? '');
  const published = [
    vigilPort,
    portOf(settings.prometheus),
    portOf(settings.alertmanager),
    portOf(grafanaUrl),
  ];
  const services = {
    pod: {
      image: images.pause,
      ports: published.map((port) => `127.0.0.1:${port}:${port}`),
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
      mem_limit: '16m',
      cpus: 0.1,
      pids_limit: 16,
    },
    ...(isReference && { genesis: genesisService(settings) }),
    vigil: {
      ...vigilService(vigilPort),
      ...(isReference && {
        depends_on: { pod: { condition: 'service_started' }, genesis: { condition: 'service_healthy' } },
      }),
    },
    prometheus: prometheusService(settings),
    alertmanager: alertmanagerService(settings),
    ...(isHere(receivers.webhook) && {
      receiver: inPod({
        image: images.vigil,
        build: { context: '..', dockerfile: 'monitoring/Dockerfile' },
        user: '1000:1000',
        entrypoint: ['node', '--eval', receiverProgram(portOf(receivers.webhook))],
        healthcheck: healthcheck(nodeAsk(receivers.webhook)),
        memory: '128m',
        cpus: 0.25,
      }),
    }),
    grafana: grafanaService(),
    ...(targets.node && isHere(targets.node) && { 'node-exporter': nodeExporterService(targets.node) }),
  };
  return yamlFile(
    {
      name: 'vigil',
      services,
      volumes: { reports: {}, genesis: {}, prometheus: {}, alertmanager: {}, grafana: {} },
      secrets: { [passwordSecret]: { file: `./secrets/${passwordSecret}` } },
    },
    'All services share the network of "pod"; only its ports are published, on this machine alone.',
    'Images are pinned by tag; their digests were not resolved, and this file was never run by Docker.',
    'First: mkdir -p secrets && openssl rand -base64 24 > secrets/grafana_admin_password',
    'Then: docker compose up --build --detach --wait',
  );
}
