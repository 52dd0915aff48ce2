import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('../../reports/.bench', import.meta.url));

/** How many checks there are, over how many files. */
export interface Size {
  checks: number;
  files: number;
}

/** A loopback HTTP service that answers at once. */
export async function benchService(): Promise<{ url: string; close(): void }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

function perFile({ checks, files }: Size, file: number): number[] {
  return Array.from({ length: checks }, (_, index) => index).filter((index) => index % files === file);
}

const vitestCase = (index: number) =>
  `test('check ${index} answers', async () => { const answer = await fetch(url + '/${index}'); expect(answer.status).toBe(200); expect((await answer.json()).ok).toBe(true); });`;
const mochaCase = (index: number) =>
  `it('check ${index} answers', async () => { const answer = await fetch(url + '/${index}'); assert.equal(answer.status, 200); assert.equal((await answer.json()).ok, true); });`;

/** The same loopback HTTP checks for Vitest, in a folder inside the repository so that Vitest is found, and for mocha. */
export function benchSuites(
  url: string,
  size: Size = { checks: 36, files: 5 },
): { vitest: string; mocha: string } {
  mkdirSync(home, { recursive: true });
  const folder = mkdtempSync(path.join(home, 'suite-'));
  const [vitest, mocha] = [path.join(folder, 'vitest'), path.join(folder, 'mocha')];
  for (const one of [vitest, mocha]) mkdirSync(one);
  writeFileSync(
    path.join(vitest, 'vitest.config.mjs'),
    `import { defineConfig } from 'vitest/config';\nexport default defineConfig({ test: { include: ['*.test.ts'] } });\n`,
  );
  for (let file = 0; file < size.files; file += 1) {
    const own = perFile(size, file);
    writeFileSync(
      path.join(vitest, `suite-${file}.test.ts`),
      `import { expect, test } from 'vitest';\nconst url: string = '${url}';\n${own.map(vitestCase).join('\n')}\n`,
    );
    writeFileSync(
      path.join(mocha, `suite-${file}.test.mjs`),
      `import assert from 'node:assert/strict';\nconst url = '${url}';\n${own.map(mochaCase).join('\n')}\n`,
    );
  }
  return { vitest, mocha };
}
