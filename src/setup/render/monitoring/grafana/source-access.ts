import { prometheusAccess, type RenderedAccess } from '../access.ts';

/** Where secrets/ beside what is rendered lies in Grafana's container. */
export const secretsFolder = '/etc/grafana/secrets';

const placeOf = (file: string): string =>
  file.startsWith('secrets/') ? `${secretsFolder}${file.slice('secrets'.length)}` : file;

/** What Grafana reads when it starts, so that no secret stands in what is rendered. */
const content = (file: string | undefined): string | undefined => file && `$__file{${placeOf(file)}}`;

/** The same credentials as Prometheus takes them, as a data source of Grafana does; it knows no OAuth 2 for one. */
export function sourceAccess(access: RenderedAccess, name: string) {
  const { authorization, basic_auth, tls_config } = prometheusAccess(access, name);
  return {
    basicAuth: basic_auth && true,
    basicAuthUser: basic_auth?.username,
    header: authorization && 'Authorization',
    authority: tls_config?.ca_file ? true : undefined,
    certificate: tls_config?.cert_file ? true : undefined,
    secrets:
      authorization || basic_auth || tls_config
        ? {
            basicAuthPassword: content(basic_auth?.password_file),
            httpHeaderValue1: authorization && `Bearer ${content(authorization.credentials_file)}`,
            tlsCACert: content(tls_config?.ca_file),
            tlsClientCert: content(tls_config?.cert_file),
            tlsClientKey: content(tls_config?.key_file),
          }
        : undefined,
  };
}
