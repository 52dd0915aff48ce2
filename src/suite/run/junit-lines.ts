import { writeFileSync } from 'node:fs';
import type { Vitest } from 'vitest/node';

type WriteLine = (text: string) => Promise<void>;

/** The parts of Vitest's JUnit reporter through which each line of the report goes; not in its types. */
interface LineWriter {
  fileFd?: { fd: number };
  baseLog?: WriteLine;
  logger?: { baseLog?: WriteLine };
}

/**
 * Vitest's JUnit reporter awaits the thread pool for each line of its report, some hundred times. Here a line is written
 * at once; the lines are the same. For when the reporter has opened its file; one that is made otherwise is left alone.
 */
export function writeLinesAtOnce(vitest: Vitest): void {
  const { reporters = [] } = vitest as { reporters?: LineWriter[] };
  for (const reporter of reporters) {
    const { fileFd, logger } = reporter;
    if (typeof fileFd?.fd !== 'number' || typeof logger?.baseLog !== 'function') continue;
    const write = async (text: string) => writeFileSync(fileFd.fd, `${text}\n`);
    reporter.baseLog = write;
    logger.baseLog = write;
  }
}
