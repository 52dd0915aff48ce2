import { type AuthConfig, isSecretReference } from '../../../core/index.ts';

/** How an address is asked, as the configuration says it. */
export interface RenderedAccess {
  auth?: AuthConfig | undefined;
  ca?: string | undefined;
  /** Whether Prometheus can send header lines of one's own: from 2.55 on; before, it refuses a file that has them. */
  sendsHeaders?: boolean | undefined;
}

/**
 * The file in which a program finds a secret: the one that the configuration names, or one under secrets/ beside what is
 * rendered, because Prometheus reads neither variables nor what commands print.
 */
export function secretFile(reference: string, name: string): string {
  if (reference.startsWith('file:')) return reference.slice('file:'.length);
  return `secrets/${reference.startsWith('env:') ? reference.slice('env:'.length) : name}`;
}

/** Where what a reference names is found, in words. */
export function heldBy(reference: string): string {
  if (reference.startsWith('env:')) return `the value of ${reference.slice('env:'.length)}`;
  return reference.startsWith('file:')
    ? `the file ${reference.slice('file:'.length)}`
    : `what ${reference} prints`;
}

/** Files of authorities, certificates and secrets that a configuration names, however deep. */
export function filesIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    if (value.startsWith('file:')) return [value.slice('file:'.length)];
    return ['ca', 'cert', 'key'].includes(key) ? [value] : [];
  }
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) => filesIn(inner, name));
}

/** Credentials, authority and client certificate as Prometheus takes them; no secret stands in them. */
export function prometheusAccess({ auth, ca, sendsHeaders }: RenderedAccess, name: string) {
  const { bearer, basic, oauth2, certificate, headers } = auth ?? {};
  const file = (reference: string, key: string) => secretFile(reference, `${name}-${key}`);
  const sent = ([header, value]: [string, string]) =>
    [header, isSecretReference(value) ? { files: [file(value, header)] } : { values: [value] }] as const;
  return {
    http_headers: headers && sendsHeaders ? Object.fromEntries(Object.entries(headers).map(sent)) : undefined,
    authorization:
      bearer === undefined ? undefined : { type: 'Bearer', credentials_file: file(bearer, 'bearer') },
    basic_auth: basic && {
      username: basic.username,
      password_file: file(basic.password, 'password'),
    },
    oauth2: oauth2 && {
      client_id: oauth2.clientId,
      client_secret_file: file(oauth2.clientSecret, 'client-secret'),
      scopes: oauth2.scope?.split(' '),
      token_url: oauth2.tokenUrl,
    },
    tls_config:
      ca === undefined && certificate === undefined
        ? undefined
        : { ca_file: ca, cert_file: certificate?.cert, key_file: certificate?.key },
  };
}

/** Every file that Prometheus reads to ask so. */
export function accessFiles(access: RenderedAccess, name: string): string[] {
  const { http_headers, authorization, basic_auth, oauth2, tls_config } = prometheusAccess(access, name);
  const files = [
    ...Object.values(http_headers ?? {}).flatMap((sent) => ('files' in sent ? sent.files : [])),
    authorization?.credentials_file,
    basic_auth?.password_file,
    oauth2?.client_secret_file,
    tls_config?.ca_file,
    tls_config?.cert_file,
    tls_config?.key_file,
  ];
  return files.filter((file) => file !== undefined);
}

/** A secret by its reference, and what it is called where that is no name. */
export interface NamedSecret {
  reference: string;
  name: string;
}

/** Every secret that must be known to ask so. */
export function accessSecrets({ auth, sendsHeaders }: RenderedAccess, name: string): NamedSecret[] {
  const { bearer, basic, oauth2, headers = {} } = auth ?? {};
  const sent = sendsHeaders ? Object.entries(headers) : [];
  const all = [
    ...sent.map(([header, value]) => ({ reference: value, name: `${name}-${header}` })),
    { reference: bearer, name: `${name}-bearer` },
    { reference: basic?.password, name: `${name}-password` },
    { reference: oauth2?.clientSecret, name: `${name}-client-secret` },
  ];
  return all.flatMap(({ reference = '', name: own }) =>
    isSecretReference(reference) ? [{ reference, name: own }] : [],
  );
}

/** The header lines that Prometheus is not told to send. */
export const unsentHeaders = ({ auth, sendsHeaders }: RenderedAccess): string[] =>
  sendsHeaders ? [] : Object.keys(auth?.headers ?? {});
