import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Secrets as they are planted, each with characters that some encoding changes. */
export const planted = {
  serverToken: 'planted-server-token<&>"\'/+=01',
  hookToken: 'planted-hook-token-02',
  suiteKey: 'planted-suite-key-03',
  urlPassword: 'planted-url-passw0rd-04',
  environment: 'planted-database-pass-05',
  smokeToken: 'planted-smoke-token-06',
  /** Known to nobody; only its looks give it away. */
  bearer: 'plantedUnknownBearer0000000007',
} as const;

const entity = (text: string, quote: string, apostrophe: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);

/** Every form in which a secret may slip out. */
function forms(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    JSON.stringify(secret).slice(1, -1),
    entity(secret, '"', "'"),
    entity(secret, '&quot;', '&apos;'),
    entity(secret, '&quot;', '&#39;'),
    base64,
    Buffer.from(secret).toString('base64url'),
  ];
}

/** Which of the secrets stand in some bytes, each with what is around it. */
export function secretsIn(bytes: Buffer | string, but: readonly string[] = []): string[] {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  return Object.entries(planted).flatMap(([name, secret]) => {
    const form = but.includes(name) ? undefined : forms(secret).find((each) => text.includes(each));
    if (form === undefined) return [];
    const at = text.indexOf(form);
    return [`${name}: …${JSON.stringify(text.slice(Math.max(0, at - 60), at + form.length + 20))}`];
  });
}

/** Every file under a folder. */
export function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** Which secrets stand in the files under a folder, by file. */
export function secretsUnder(folder: string): Record<string, string[]> {
  return Object.fromEntries(
    filesUnder(folder)
      .map((file) => [path.relative(folder, file), secretsIn(readFileSync(file))] as const)
      .filter(([, found]) => found.length > 0),
  );
}
