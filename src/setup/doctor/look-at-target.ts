import {
  alertmanagerStatus,
  dashboardExists,
  evaluateFlag,
  expandLogs,
  grafanaHealth,
  listContainers,
  logSizes,
  parseExposition,
  prometheusReady,
  send,
  targetsUp,
  verifyManifest,
} from '../../clients/index.ts';
import { type TargetConfig, type VigilConfig, VigilError } from '../../core/index.ts';
import { type Finding, look } from './finding.ts';
import { findProgram } from './programs.ts';

const fail = (message: string, hint?: string): never => {
  throw new VigilError('TARGET_CONTRACT', message, hint ? { hint } : {});
};

async function exposes(url: string): Promise<string> {
  const answer = await send(`${url}/metrics`, { timeoutMs: 5000 });
  if (answer.status !== 200) fail(`${answer.url} answered ${answer.status}`);
  return `answers, ${parseExposition(answer.text).families.length} metric families`;
}

type Look = (target: TargetConfig, searchPath: string) => Promise<string>;

/** One look per part that can be declared. */
const looks: [key: string, isDeclared: (target: TargetConfig) => unknown, look: Look][] = [
  ['orchestration', () => true, ({ orchestration }) => exposes(orchestration)],
  ['planner', ({ planner }) => planner, ({ planner = '' }) => exposes(planner)],
  [
    'traces',
    ({ traces }) => traces,
    async ({ traces = { receiver: '' } }) => {
      if ('receiver' in traces) return `the loop listens at ${traces.receiver} itself`;
      const url = 'jaeger' in traces ? traces.jaeger : traces.tempo;
      return `answers ${(await send(url)).status}`;
    },
  ],
  [
    'logs',
    ({ logs }) => logs,
    async ({ logs = [] }) => {
      const sizes = await logSizes(await expandLogs(logs));
      const missing = sizes.find(({ bytes }) => bytes === undefined);
      if (sizes.length === 0) fail('no file matches', 'the logs must be readable where Vigil runs');
      if (missing) fail(`${missing.file}: ${missing.reason}`);
      return `${sizes.length} files`;
    },
  ],
  [
    'release',
    ({ release }) => release,
    async ({ release = { manifest: '' } }) => {
      const { files, problems, release: name } = await verifyManifest(release.manifest);
      if (problems.length > 0) fail(`${problems.length} of ${files} files differ: ${problems[0]?.path}`);
      return `${name}, ${files} files intact`;
    },
  ],
  [
    'flags',
    ({ flags }) => flags,
    async ({ orchestration, flags = { key: '' } }) => {
      const { value, variant } = await evaluateFlag(orchestration, flags.key, 'vigil-doctor');
      return `${flags.key} evaluates to ${JSON.stringify(value)}${variant ? ` (“${variant}”)` : ''}`;
    },
  ],
  [
    'smoke',
    ({ smoke }) => smoke,
    async ({ smoke }, searchPath) => findProgram(smoke?.command ?? [], smoke?.cwd ?? '.', searchPath),
  ],
  [
    'host',
    ({ host }) => host?.nodeExporter,
    ({ host }) => exposes((host?.nodeExporter ?? '').replace(/\/metrics$/, '')),
  ],
  [
    'prometheus',
    ({ prometheus }) => prometheus,
    async ({ prometheus = { url: '', jobs: [] } }) => {
      if (!(await prometheusReady(prometheus.url))) fail('it is not ready');
      const down = (await targetsUp(prometheus.url, prometheus.jobs)).filter(({ up }) => !up);
      if (down.length > 0) fail(`${down.map(({ job }) => job).join(', ')} not up`);
      return 'ready, its jobs are up';
    },
  ],
  [
    'grafana',
    ({ grafana }) => grafana,
    async ({ grafana = { url: '', dashboard: '' } }) => {
      const { database } = await grafanaHealth(grafana.url);
      if (database !== 'ok') fail(`its database is ${database}`);
      if (!(await dashboardExists(grafana.url, grafana.dashboard)))
        fail(`there is no dashboard ${grafana.dashboard}`);
      return `database ok, dashboard ${grafana.dashboard} is there`;
    },
  ],
  [
    'alertmanager',
    ({ alertmanager }) => alertmanager,
    async ({ alertmanager = { url: '' } }) => {
      const { ready, version } = await alertmanagerStatus(alertmanager.url);
      if (!ready) fail('it is not ready');
      return `ready, version ${version}`;
    },
  ],
  [
    'containers',
    ({ containers }) => containers,
    async ({ containers = { socket: '', names: [] } }) => {
      const listed = await listContainers({ socket: containers.socket });
      const missing = containers.names.filter((name) => !listed.some(({ names }) => names.includes(name)));
      if (missing.length > 0) fail(`there is no container ${missing.join(', ')}`);
      return `${containers.names.length} of ${containers.names.length} are there`;
    },
  ],
];

/** Whether each declared part of the target can be reached and is what it is said to be. */
export async function lookAtTarget({ target }: VigilConfig, searchPath: string): Promise<Finding[]> {
  if (!target)
    return [{ subject: 'target', state: 'ok', detail: 'the embedded Genesis, started for each run' }];
  const declared = looks.filter(([, isDeclared]) => isDeclared(target));
  return Promise.all(declared.map(([key, , see]) => look(`target.${key}`, () => see(target, searchPath))));
}
