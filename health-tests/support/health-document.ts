import { wholeSeconds } from '../../src/core/index.ts';
import { sendPatiently } from './patience.ts';

/** The parts of a service that must be loaded. */
export const criticalComponents = ['observability', 'htdag', 'halo', 'aop', 'error-handling', 'security'];

interface HealthDocument {
  status?: string;
  releaseId?: string;
  checks?: Record<string, { status?: string; output?: string; time?: string }[]>;
}

/** What a service says of itself, and what of it is not as it should be. */
export interface ServiceHealth {
  service: string;
  releaseId: string | undefined;
  faults: string[];
}

/** A component's own time that is further from ours than this was not found out now. */
const oldestMs = 300_000;

function ageFault(time: string | undefined, nowMs: number): string | undefined {
  const ageMs = Math.abs(nowMs - Date.parse(time ?? ''));
  return ageMs > oldestMs ? `was judged at ${time}, which is ${wholeSeconds(ageMs)} from now` : undefined;
}

/** Services of one deployment that say different releases. */
export function releaseFaults(services: readonly ServiceHealth[]): string[] {
  const named = services.filter(({ releaseId }) => releaseId !== undefined);
  if (new Set(named.map(({ releaseId }) => releaseId)).size < 2) return [];
  const said = named.map(({ service, releaseId }) => `${service} runs ${releaseId}`).join(', ');
  return [`the services are of different releases: ${said}`];
}

/** What keeps a service's /health (application/health+json) from saying that all of its components are loaded. */
export async function serviceHealth(service: string, url: string): Promise<ServiceHealth> {
  const answer = await sendPatiently(`${url}/health`);
  const document = answer.json<HealthDocument>();
  const faults = criticalComponents.flatMap((component) => {
    const entries = document.checks?.[component] ?? [];
    if (entries.length === 0) return [`${service}: ${component} is not reported`];
    return entries.flatMap(({ status, output, time }) => {
      const age = ageFault(time, Date.now());
      return [
        ...(status === 'pass'
          ? []
          : [`${service}: ${component} is ${status ?? 'without status'}${output ? ` (${output})` : ''}`]),
        ...(age ? [`${service}: ${component} ${age}`] : []),
      ];
    });
  });
  if (!answer.headers['content-type']?.startsWith('application/health+json')) {
    faults.push(
      `${service}: ${answer.url} is ${answer.headers['content-type'] ?? 'untyped'}, not application/health+json`,
    );
  }
  if (faults.length === 0 && (answer.status !== 200 || document.status !== 'pass')) {
    faults.push(`${service}: ${answer.url} answered ${answer.status} with status ${document.status}`);
  }
  return { service, releaseId: document.releaseId, faults };
}
