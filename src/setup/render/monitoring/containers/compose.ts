import { testsJob } from '../../../../alerts/index.ts';
import { durationLiteral, referredVariables } from '../../../../core/index.ts';
import { accessFiles, filesIn } from '../access.ts';
import { secretsFolder } from '../grafana/source-access.ts';
import { scrapeAddress } from '../prometheus-config.ts';
import { alertmanagerSecrets } from '../receivers.ts';
import type { MonitoringSettings } from '../settings.ts';
import { fromTemplate } from '../template.ts';
import { yamlFile } from '../yaml-file.ts';
import { dashboardsFolder, folders, images } from './images.ts';
import { grafanaUrl, tracesReceiver } from './vigil-config.ts';

const portOf = (url: string): string => scrapeAddress(url).address.split(':').at(-1) ?? '';
const isHere = (url: string): boolean => new URL(url).hostname === '127.0.0.1';

/** Whether an address answers. The image has Node and no curl; a rejection that nobody handles is a failure. */
function answers(url: string): string[] {
  const quotable = url.replaceAll("'", '%27');
  const program = `fetch('${quotable}').then(({ ok, status }) => { if (!ok) throw new Error(status); })`;
  return ['CMD', 'node', '--eval', program];
}

const mounted = (files: readonly (string | undefined)[]): string[] =>
  [...new Set(files)].filter((file) => file !== undefined).map((file) => `${file}:${file}:ro`);

/** Files with secrets that Alertmanager reads. */
const secretMounts = ({ channels }: MonitoringSettings): string[] =>
  accessMounts(
    channels.flatMap(({ secret }) => secret?.source ?? []),
    alertmanagerSecrets,
  );

/** Files of credentials; those under secrets/ lie beside what is rendered, and in that folder of the container. */
function accessMounts(files: readonly string[], folder: string): string[] {
  const own = files.filter((file) => file.startsWith('secrets/'));
  return [
    ...mounted(files.filter((file) => !own.includes(file))),
    ...[...new Set(own)].map((file) => `./${file}:${folder}${file.slice('secrets'.length)}:ro`),
  ];
}

function prometheusMounts({
  targets,
  naming,
  vigilAccess,
  alertmanagerAccess,
}: MonitoringSettings): string[] {
  const files = targets.services.flatMap(({ job, access }) => accessFiles(access ?? {}, job));
  return accessMounts(
    [
      ...files,
      ...accessFiles(vigilAccess, testsJob(naming)),
      ...accessFiles(alertmanagerAccess, 'alertmanager'),
    ],
    '/etc/prometheus/secrets',
  );
}

function grafanaMounts({ prometheusAccess, alertmanagerAccess }: MonitoringSettings): string[] {
  const files = [
    ...accessFiles(prometheusAccess, 'prometheus'),
    ...accessFiles(alertmanagerAccess, 'alertmanager'),
  ];
  return accessMounts(files, secretsFolder);
}

function valuesOf(settings: MonitoringSettings) {
  const { targets, prometheus, alertmanager, receivers, retentionMs, watched } = settings;
  const variables = [...new Set(referredVariables(watched))].sort();
  const { orchestration, planner, node } = targets;
  const vigilPort = portOf(targets.probes[0]?.url ?? '');
  return {
    ...images,
    vigil: settings.image,
    config: folders.config,
    reports: folders.reports,
    genesisFolder: folders.genesis,
    dashboardsFolder,
    grafanaUrl,
    tracesReceiver,
    node,
    retention: durationLiteral(retentionMs),
    secretMounts: secretMounts(settings),
    prometheusMounts: prometheusMounts(settings),
    grafanaMounts: grafanaMounts(settings),
    vigilMounts: mounted(filesIn(watched)),
    // By their names alone: compose takes the values from where it is started.
    vigilVariables: variables.length > 0 ? variables : undefined,
    vigilPort,
    genesisAnswers: answers(`${orchestration}/health`),
    vigilAnswers: answers(`http://127.0.0.1:${vigilPort}/healthz`),
    webhookAnswers: answers(receivers.webhook),
    prometheusPort: portOf(prometheus),
    alertmanagerPort: portOf(alertmanager),
    grafanaPort: portOf(grafanaUrl),
    orchestrationPort: portOf(orchestration),
    plannerPort: planner && portOf(planner),
    nodePort: node && portOf(node),
    webhookPort: portOf(receivers.webhook),
  };
}

interface Services {
  [name: string]: { depends_on?: Record<string, unknown> };
}

/** Takes a volume away, and what mounts it. */
function leaveVolume(compose: Record<string, unknown>, name: string): void {
  delete (compose.volumes as Record<string, unknown>)[name];
  for (const service of Object.values(compose.services as Record<string, { volumes?: string[] }>))
    if (service.volumes) service.volumes = service.volumes.filter((volume) => !volume.startsWith(`${name}:`));
}

/** compose.yaml: without the services of the stack that the settings have elsewhere. */
export function composeFile(settings: MonitoringSettings): string {
  const { targets, isReference, receivers } = settings;
  const compose = fromTemplate('compose.yaml', valuesOf(settings));
  const services = compose.services as Services;
  const leave = (name: string) => {
    delete services[name];
    for (const service of Object.values(services)) delete service.depends_on?.[name];
  };
  if (!isReference) {
    leave('genesis');
    leaveVolume(compose, 'genesis');
  }
  if (!isHere(receivers.webhook)) leave('receiver');
  if (!targets.node || !isHere(targets.node)) leave('node-exporter');
  const text = yamlFile(
    compose,
    'All services share the network of "pod"; only its ports are published, on this machine alone.',
    'Images are pinned by tag; their digests were not resolved, and this file was never run by Docker.',
    'First: npm pack, in the folder above: the image is built from the package',
    'Then: mkdir -p secrets && openssl rand -base64 24 > secrets/grafana_admin_password',
    'Then: docker compose up --build --detach --wait',
  );
  // Compose takes a single dollar sign for the beginning of a variable.
  return text.replaceAll('$', '$$$$');
}
