/** Which proxies lead out of here, as the usual variables say; the names in small letters come first, as everywhere. */
interface Proxies {
  http: string | undefined;
  https: string | undefined;
  /** Hosts that are asked directly. */
  exceptions: readonly string[];
}

function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const value = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const http = value('HTTP_PROXY');
  return {
    http,
    https: value('HTTPS_PROXY') ?? http,
    exceptions: (value('NO_PROXY') ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  };
}

const loopback = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[?::1\]?)$/;

/** A host with its port, as an exception may name it: `example.com`, `.example.com`, `*.example.com:8080`, `*`. */
function isExcepted(exception: string, hostname: string, port: string): boolean {
  const [, name = '', ofPort] = /^(\[[^\]]+\]|[^:]+|.*:.*:.*?)(?::(\d+))?$/.exec(exception) ?? [];
  if (ofPort !== undefined && ofPort !== port) return false;
  const bare = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
  if (bare === '*' || bare === hostname) return !name.startsWith('*.') || bare === '*';
  return hostname.endsWith(`.${bare}`);
}

/**
 * The proxy by which an address is asked, none where it is asked directly. This machine itself always is, as Go's
 * programs do it: a proxy elsewhere would ask its own.
 */
export function proxyFor(url: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const { http, https, exceptions } = proxiesOf(env);
  const proxy = protocol === 'https:' ? https : http;
  if (proxy === undefined || loopback.test(hostname)) return undefined;
  const name = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const at = port || (protocol === 'https:' ? '443' : '80');
  if (exceptions.some((exception) => isExcepted(exception, name, at))) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}
