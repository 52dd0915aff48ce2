import { sendPatiently } from './patience.ts';

/** The parts of a service that must be loaded. */
export const criticalComponents = ['observability', 'htdag', 'halo', 'aop', 'error-handling', 'security'];

interface HealthDocument {
  status?: string;
  checks?: Record<string, { status?: string; output?: string }[]>;
}

/** What keeps a service's /health (application/health+json) from saying that all of its components are loaded. */
export async function componentFaults(service: string, url: string): Promise<string[]> {
  const answer = await sendPatiently(`${url}/health`);
  const document = answer.json<HealthDocument>();
  const faults = criticalComponents.flatMap((component) => {
    const entries = document.checks?.[component] ?? [];
    if (entries.length === 0) return [`${service}: ${component} is not reported`];
    return entries
      .filter(({ status }) => status !== 'pass')
      .map(
        ({ status, output }) =>
          `${service}: ${component} is ${status ?? 'without status'}${output ? ` (${output})` : ''}`,
      );
  });
  if (!answer.headers['content-type']?.startsWith('application/health+json')) {
    faults.push(
      `${service}: ${answer.url} is ${answer.headers['content-type'] ?? 'untyped'}, not application/health+json`,
    );
  }
  if (faults.length === 0 && (answer.status !== 200 || document.status !== 'pass')) {
    faults.push(`${service}: ${answer.url} answered ${answer.status} with status ${document.status}`);
  }
  return faults;
}
