import { glob, stat } from 'node:fs/promises';
import { messageOf } from '../core/index.ts';

const maxFiles = 10_000;

/** Bytes of one log, or why there are none. */
export interface LogSize {
  file: string;
  bytes: number | undefined;
  reason?: string;
}

/** The files behind plain paths (also of files that are not there) and `*` patterns, sorted, each once. */
export async function expandLogs(patterns: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) {
    if (!pattern.includes('*')) {
      files.add(pattern);
      continue;
    }
    for await (const file of glob(pattern)) {
      if (files.size >= maxFiles) break;
      if ((await stat(file).catch(() => undefined))?.isFile()) files.add(file);
    }
  }
  return [...files].sort();
}

/** The size of every log; a missing or unreadable one has no bytes but a reason. */
export function logSizes(files: readonly string[]): Promise<LogSize[]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        const stats = await stat(file);
        if (stats.isFile()) return { file, bytes: stats.size };
        return { file, bytes: undefined, reason: 'no regular file' };
      } catch (thrown) {
        const missing = (thrown as { code?: string }).code === 'ENOENT';
        return { file, bytes: undefined, reason: missing ? 'no such file' : messageOf(thrown) };
      }
    }),
  );
}
