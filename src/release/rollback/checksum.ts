import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { messageOf, VigilError } from '../../core/index.ts';

/** The checksum that a file must have: the one that is configured, or that of `<file>.sha256` as sha256sum writes it. */
export function expectedSha256(file: string, configured: string | undefined): string {
  if (configured) return configured.toLowerCase();
  const sumFile = `${file}.sha256`;
  const text = existsSync(sumFile) ? readFileSync(sumFile, 'utf8') : '';
  const sum = /^\\?([0-9a-f]{64})\b/i.exec(text)?.[1];
  if (sum) return sum.toLowerCase();
  throw new VigilError('CONFIG_INVALID', `no SHA-256 is configured for ${file}`, {
    where: sumFile,
    expected: 'sha256 in the configuration, or this file as sha256sum writes it',
    received: text === '' ? 'no such file, or an empty one' : 'no checksum in it',
  });
}

/** @throws HARNESS when the file can't be read or has another checksum; nothing was touched then. */
export async function verifySha256(file: string, expected: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { signal })) hash.update(chunk);
  } catch (thrown) {
    const message = `${file} can’t be read: ${messageOf(thrown)}`;
    throw new VigilError('HARNESS', message, { where: file, cause: thrown });
  }
  const received = hash.digest('hex');
  if (received === expected) return;
  throw new VigilError('HARNESS', `${file} is not what it must be: its SHA-256 differs`, {
    where: file,
    expected,
    received,
    hint: 'take another copy; nothing was touched',
  });
}
