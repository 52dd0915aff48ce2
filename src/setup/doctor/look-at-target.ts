import {
  alertmanagerStatus,
  dashboardOf,
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
import type { Finding } from '../command-documents.ts';
import { findProgram, look } from './finding.ts';

const fail = (message: string, hint?: string): never => {
  throw new VigilError('TARGET_CONTRACT', message, hint ? { hint } : {});
};

async function exposes(url: string): Promise<string> {
  const answer = await send(url, { timeoutMs: 5000 });
  if (answer.status !== 200) fail(`${answer.url} answered ${answer.status}`);
  return `answers, ${parseExposition(answer.text).families.length} metric families`;
}

/** One look per part that can be declared. */
const looks: {
  [Key in keyof TargetConfig]?: (
    part: NonNullable<TargetConfig[Key]>,
    target: TargetConfig,
    searchPath: string,
  ) => Promise<string> | string;
} = {
  async traces(traces) {
    if ('receiver' in traces) return `the loop listens at ${traces.receiver} itself`;
    const url = 'jaeger' in traces ? traces.jaeger : traces.tempo;
    return `answers ${(await send(url)).status}`;
  },
  async logs(logs) {
    const sizes = await logSizes(await expandLogs(logs));
    const missing = sizes.find(({ bytes }) => bytes === undefined);
    if (sizes.length === 0) fail('no file matches', 'the logs must be readable where Vigil runs');
    if (missing) fail(`${missing.file}: ${missing.reason}`);
    return `${sizes.length} files`;
  },
  async release({ manifest }) {
    const { files, problems, release } = await verifyManifest(manifest);
    if (problems.length > 0) fail(`${problems.length} of ${files} files differ: ${problems[0]?.path}`);
    return `${release}, ${files} files intact`;
  },
  async flags({ key }, { orchestration }) {
    const { value, variant } = await evaluateFlag(orchestration, key, 'vigil-doctor');
    return `${key} evaluates to ${JSON.stringify(value)}${variant ? ` (“${variant}”)` : ''}`;
  },
  smoke: ({ command, cwd = '.' }, _, searchPath) => findProgram(command, cwd, searchPath),
  host: ({ nodeExporter = '' }) => exposes(`${nodeExporter.replace(/\/metrics$/, '')}/metrics`),
  async prometheus({ url, jobs }) {
    if (!(await prometheusReady(url))) fail('it is not ready');
    const down = (await targetsUp(url, jobs)).filter(({ up }) => !up);
    if (down.length > 0) fail(`${down.map(({ job }) => job).join(', ')} not up`);
    return 'ready, its jobs are up';
  },
  async grafana({ url, dashboard }) {
    const { database } = await grafanaHealth(url);
    if (database !== 'ok') fail(`its database is ${database}`);
    if (!((await dashboardOf(url, dashboard)) !== undefined)) fail(`there is no dashboard ${dashboard}`);
    return `database ok, dashboard ${dashboard} is there`;
  },
  async alertmanager({ url }) {
    const { ready, version } = await alertmanagerStatus(url);
    if (!ready) fail('it is not ready');
    return `ready, version ${version}`;
  },
  async containers({ socket, names }) {
    const listed = await listContainers({ socket });
    const missing = names.filter((name) => !listed.some((container) => container.names.includes(name)));
    if (missing.length > 0) fail(`there is no container ${missing.join(', ')}`);
    return `${names.length} of ${names.length} are there`;
  },
};

/** Whether each declared part of the target can be reached and is what it is said to be. */
export async function lookAtTarget({ target }: VigilConfig, searchPath: string): Promise<Finding[]> {
  if (!target)
    return [{ subject: 'target', state: 'ok', detail: 'the embedded Genesis, started for each run' }];
  const declared = Object.keys(looks).filter((key) =>
    key === 'host' ? target.host?.nodeExporter : target[key as keyof TargetConfig],
  ) as (keyof TargetConfig)[];
  return Promise.all(
    declared.map((key) =>
      look(`target.${key}`, () => looks[key]?.(target[key] as never, target, searchPath) ?? ''),
    ),
  );
}
