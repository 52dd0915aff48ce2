import { referredVariables } from '../../../core/index.ts';
import { filesIn, heldBy, type RenderedAccess } from './access.ts';
import type { MonitoringSettings } from './settings.ts';

/** What the keys of the Secret must hold, in words. */
type Entries = ReadonlyMap<string, string>;

/** The key for a file: its path, `/run/secrets/shop` as `run-secrets-shop`. */
const keyOfFile = (file: string): string => file.replace(/^[/.]+/, '').replace(/[^\w.-]+/g, '-');

/** The key for a secret: the name of the variable, the path of the file, else what it is for. */
function keyOf(reference: string, purpose: string): string {
  if (reference.startsWith('env:')) return reference.slice('env:'.length);
  return reference.startsWith('file:') ? keyOfFile(reference.slice('file:'.length)) : purpose;
}

/** How the Prometheus operator asks a service, every credential by its key of the Secret, and what these keys must hold. */
export function operatorAccess({ auth, ca }: RenderedAccess, job: string, secret: string) {
  const { bearer, basic, oauth2, certificate } = auth ?? {};
  const entries = new Map<string, string>();
  const at = (key: string, holds: string) => {
    entries.set(key, holds);
    return { name: secret, key };
  };
  const ofReference = (reference: string, purpose: string) =>
    at(keyOf(reference, `${job}-${purpose}`), heldBy(reference));
  const ofFile = (file: string) => at(keyOfFile(file), heldBy(`file:${file}`));
  const asked = {
    authorization: bearer && { type: 'Bearer', credentials: ofReference(bearer, 'bearer') },
    basicAuth: basic && {
      username: at(`${job}-username`, basic.username),
      password: ofReference(basic.password, 'password'),
    },
    oauth2: oauth2 && {
      clientId: { secret: at(`${job}-client-id`, oauth2.clientId) },
      clientSecret: ofReference(oauth2.clientSecret, 'client-secret'),
      scopes: oauth2.scope?.split(' '),
      tokenUrl: oauth2.tokenUrl,
    },
  };
  const tls = {
    ca: ca && { secret: ofFile(ca) },
    cert: certificate && { secret: ofFile(certificate.cert) },
    keySecret: certificate && ofFile(certificate.key),
  };
  return { asked, tls, entries };
}

/** What a pod of Vigil needs of the Secret: variables and files as its configuration names them. */
export function podSecrets({ watched, kubernetes: { secret } }: MonitoringSettings) {
  const variables = [...new Set(referredVariables(watched))].sort();
  const files = [...new Set(filesIn(watched))].sort();
  return {
    variables: variables.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name: secret, key } } })),
    mounts: files.map((file) => ({
      name: 'secrets',
      mountPath: file,
      subPath: keyOfFile(file),
      readOnly: true,
    })),
    volumes: files.length > 0 ? [{ name: 'secrets', secret: { secretName: secret } }] : [],
    entries: new Map([
      ...variables.map((key): [string, string] => [key, heldBy(`env:${key}`)]),
      ...files.map((file): [string, string] => [keyOfFile(file), heldBy(`file:${file}`)]),
    ]),
  };
}

/** Every key of the Secret, besides the token, with what it must hold. */
export function secretEntries(settings: MonitoringSettings): Entries {
  const { targets, kubernetes } = settings;
  const ofServices = targets.services.map(
    ({ access = {}, job }) => operatorAccess(access, job, kubernetes.secret).entries,
  );
  return new Map([...ofServices, podSecrets(settings).entries].flatMap((entries) => [...entries]));
}
